/// What the model of the sample's release captain says. It is shown what any model would be, and reads no more.
enum DemoCaptainScript {
  static let agent = "release-captain"
  static let target = "shop-production"

  static let text = #"""
    rules:
      - when: {turn: 1, contains: "main line of"}
        text: "The main line has moved. I look what a release would bring."
        calls:
          - tool: deployment_plan
            arguments: {target: shop-production, revision: main}
      - when: {contains: "In the way:", resultOf: deployment_plan}
        text: "Something is in the way of this release; the plan says what. I leave it."
      - when: {resultOf: deployment_plan}
        text: "I write the release notes, and ask for leave to deploy."
        calls:
          - tool: write_file
            arguments:
              path: "notes/{{deployment_plan/To deploy: ([0-9a-f]{10})/}}.md"
              content: |
                # {{deployment_plan/To deploy: ([0-9a-f]{10})/}}

                - {{deployment_plan/\b[0-9a-f]{10} ([A-Z][^\n]+)/}}

                It takes the place of {{deployment_plan/Runs now: ([0-9a-f]{10})/}}.
          - tool: deploy
            arguments:
              target: shop-production
              commit: "{{deployment_plan/To deploy: ([0-9a-f]{40})/}}"
              plan: "{{deployment_plan/Plan ([0-9a-f]{64})/}}"
              from: "{{deployment_plan/Runs now: ([0-9a-f]{40})/}}"
      - when: {contains: "whether it stays well", resultOf: deploy}
        text: "Released. Whether it stays well is watched from now on, and it is rolled back if it does not."
      - when: {resultOf: deploy}
        text: "It was not deployed; the step says why."
    """#
}
