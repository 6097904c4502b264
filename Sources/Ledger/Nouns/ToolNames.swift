/// What the tools call their tools.
package enum ToolNames {
  package static func kind(of name: String) -> ToolCallKind {
    if name.hasPrefix("mcp__") || name.hasPrefix("mcp_") { return .mcp }
    return switch name.lowercased() {
    case "read", "read_file", "read_many_files", "view", "view_image", "notebookread", "cat", "open": .read
    case "grep", "glob", "ls", "list", "list_directory", "search_file_content", "search", "find",
      "codesearch",
      "list_files", "toolsearch":
      .search
    case "edit", "write", "multiedit", "notebookedit", "write_file", "replace", "apply_patch", "create",
      "str_replace", "str_replace_editor", "str_replace_based_edit_tool", "patch", "insert":
      .edit
    case "bash", "bashoutput", "killbash", "killshell", "shell", "exec_command", "write_stdin",
      "run_shell_command", "local_shell_call", "local_shell", "powershell", "read_bash", "write_bash",
      "stop_bash":
      .command
    case "webfetch", "websearch", "web_fetch", "web_search", "google_web_search", "web_search_call", "fetch":
      .web
    case "task", "agent", "spawn_agent", "wait", "subtask", "sendmessage", "taskoutput", "agentoutputtool",
      "skill":
      .agent
    case "todowrite", "todoread", "update_plan", "exitplanmode", "enterplanmode", "taskcreate", "taskupdate",
      "tasklist", "taskget", "askuserquestion", "report_intent", "update_todo", "save_memory":
      .plan
    default: .other
    }
  }
}
