extension ReferenceSite {
  /// What the target answers, and how it is asked to deploy.
  static let siteScript = #"""
    #!/usr/bin/env bash
    # site current | find EFFECT | checks COMMIT | begin COMMIT FROM EFFECT TASK
    set -euo pipefail
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    root=$(pwd -P)
    if [[ -e fault/unreachable ]]; then echo "the site cannot be reached" >&2; exit 1; fi

    runs() { local link; link=$(readlink current) || return 0; printf '%s' "${link##*/}"; }
    # The effect that what runs was put in place by, as far as it is written down.
    last_live() { awk '$2 == "live" { effect = $3 } END { print effect }' history; }

    find_effect() {
      local effect=$1 sha since now
      sha=$(awk -v e="$effect" '$2 == "begun" && $3 == e { sha = $4 } END { print sha }' history)
      now=$(runs)
      since=$(awk -v e="$effect" '$2 == "live" && $3 == e { print $1; exit }' history)
      if [[ -z $since && -n $sha && $(awk 'END { print $3 }' history) == "$effect" ]]; then
        # Under way, or broken off: before the link was changed it is nothing, after that it is all.
        if ! flock -sn lock true; then printf '{"state":"running"}\n'; return; fi
        if [[ $now == "$sha" ]]; then printf '{"state":"live","since":%s}\n' "$(stat -c %Y current)"; return; fi
      fi
      if [[ -z $since ]]; then printf '{"state":"absent"}\n'
      elif [[ $now == "$sha" && $(last_live) == "$effect" ]]; then printf '{"state":"live","since":%s}\n' "$since"
      else printf '{"state":"replaced","sha":"%s","by":"%s"}\n' "$sha" "$now"
      fi
    }

    case $1 in
      current)
        sha=$(runs)
        if [[ -z $sha ]]; then printf '{}\n'
        else printf '{"sha":"%s","since":%s,"effect":"%s"}\n' "$sha" "$(stat -c %Y current)" "$(last_live)"
        fi ;;
      find) find_effect "$2" ;;
      checks) if [[ -e checks/$2 ]]; then cat "checks/$2"; else printf '{"checks":[]}\n'; fi ;;
      begin)
        # An earlier try that the hook did not finish: the same name has to be new for the hook to run.
        git --git-dir=site.git update-ref -d "refs/deploy/$4"
        rm -f "refused/$4"
        git --git-dir=source.git push --quiet -o "from=$3" -o "task=$5" "$root/site.git" "$2:refs/deploy/$4"
        if [[ -e refused/$4 ]]; then cat "refused/$4" >&2; exit 1; fi
        if [[ $(find_effect "$4") != *'"live"'* ]]; then echo "the hook did not finish" >&2; exit 1; fi ;;
      *) echo "site: $1 is nothing that can be asked" >&2; exit 64 ;;
    esac
    """#

  /// What makes a release of what was pushed, and puts it in place.
  static let hookScript = #"""
    #!/usr/bin/env bash
    # A push of refs/deploy/EFFECT is a deployment. `current` is changed by one rename, from one whole release to another.
    set -euo pipefail
    cd "$(git rev-parse --absolute-git-dir)/.."
    unset GIT_DIR GIT_QUARANTINE_PATH

    runs() { local link; link=$(readlink current) || return 0; printf '%s' "${link##*/}"; }
    # Tests break it off here, as a crash would.
    fault() { if [[ -e fault/$1 ]]; then rm -f "fault/$1"; kill -KILL $$; fi; }
    linger() { while [[ -e fault/$1 ]]; do sleep 0.05; done; }
    refuse() { printf '%s\n' "$2" >"refused/$1"; exit 0; }

    while read -r _ sha ref; do
      [[ $ref =~ ^refs/deploy/[0-9a-f]{32}$ && ! $sha =~ ^0+$ ]] || continue
      effect=${ref#refs/deploy/}
      exec 9>>lock
      flock -w 10 9 || refuse "$effect" "another deployment is under way"
      # One that was broken off after its link was changed: it did happen.
      read -r _ word other at < <(tail -n 1 history; echo) || true
      if [[ ${word:-} == begun && $(runs) == "$at" ]]; then
        printf '%s live %s %s\n' "$(stat -c %Y current)" "$other" "$at" >>history
      fi
      from=${GIT_PUSH_OPTION_0:-}
      [[ $(runs) == "${from#from=}" ]] || refuse "$effect" "another release runs by now"
      printf '%s begun %s %s\n' "$(date +%s)" "$effect" "$sha" >>history
      linger before-making
      if [[ ! -d releases/$sha ]]; then
        rm -rf making && mkdir making
        git --git-dir=site.git archive "$sha" | tar -x -C making
        fault half-made
        mv -T making "releases/$sha"
      fi
      ln -sfn "releases/$sha" current.new
      mv -T current.new current
      linger swapped
      fault after-swap
      printf '%s live %s %s\n' "$(date +%s)" "$effect" "$sha" >>history
      sv -w 20 restart "$PWD/service/web" >&2 || true
    done
    """#

  func webScript() -> String {
    #"""
    #!/usr/bin/env bash
    exec 2>>"\#(root)/log/web"
    until [[ -e "\#(root)/current/service.py" ]]; do sleep 0.2; done
    cd -P "\#(root)/current"
    exec env -i PATH="$PATH" PORT=\#(servicePort) RELEASE="${PWD##*/}" python3 -B service.py
    """#
  }

  func proxyScript() -> String {
    #"""
    #!/usr/bin/env bash
    PATH=$PATH:/usr/sbin
    exec nginx -e "\#(root)/log/nginx" -p "\#(root)" -c "\#(root)/nginx.conf"
    """#
  }

  func proxyConfiguration() -> String {
    """
    daemon off;
    master_process off;
    pid \(root)/nginx.pid;
    error_log \(root)/log/nginx warn;
    events { worker_connections 128; }
    http {
      access_log off;
      client_body_temp_path \(root)/temporary/body;
      proxy_temp_path \(root)/temporary/proxy;
      fastcgi_temp_path \(root)/temporary/fastcgi;
      uwsgi_temp_path \(root)/temporary/uwsgi;
      scgi_temp_path \(root)/temporary/scgi;
      server {
        listen 127.0.0.1:\(port);
        location / {
          proxy_pass http://127.0.0.1:\(servicePort);
          proxy_connect_timeout 1s;
          proxy_read_timeout 10s;
        }
      }
    }
    """
  }

  /// The service itself: what is in the repository that is deployed.
  static let service = #"""
    """The sample shop: says which release it is, and is as well as the file `behaviour` beside it says."""
    import http.server
    import os
    import time

    RELEASE = os.environ["RELEASE"]
    with open("behaviour", encoding="utf-8") as file:
        BEHAVIOUR = file.read().strip()
    if BEHAVIOUR == "crashing":
        raise SystemExit("this release does not start")


    class Shop(http.server.BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self):
            status, text = 200, f"<h1>Shop</h1><p>Release {RELEASE[:10]}</p>"
            if self.path == "/health":
                Shop.asked += 1
                text = RELEASE
                if BEHAVIOUR == "slow":
                    time.sleep(2)
                if BEHAVIOUR == "broken" or (BEHAVIOUR == "flapping" and Shop.asked % 2):
                    status, text = 500, "not well"
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if self.path == "/health" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass


    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop).serve_forever()
    """#
}
