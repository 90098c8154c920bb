/** A small playbook that uses every part of the format. */
export const smallPlaybook = `apiVersion: duovir/v1
kind: Playbook
metadata:
  id: small
  version: 1.0.0
  title: Write two files and start nothing
  tags: [files]
  owner: duovir
inputs:
  port:
    type: integer
    minimum: 1024
    maximum: 65535
    default: 5432
    description: A port.
  extra:
    type: boolean
    default: false
    description: Whether the extra step is made.
environment:
  LC_ALL: C.UTF-8
sandbox:
  hosts:
    node: 127.0.0.11
  limits:
    memoryBytes: 67108864
    processes: 16
    cpuPercent: 50
    workspaceBytes: 16777216
goal:
  statement: Two files exist.
  successCriteria:
    - id: file-exists
      uses: file.probe@1
      with:
        path: /workspace/a-1
      expect:
        exists: true
steps:
  - id: write
    name: Write \${{ item }}
    for-each: [a-1, a-2]
    uses: file.write@1
    with:
      path: /workspace/\${{ item }}
      content: port \${{ inputs.port }} number \${{ index }}
    compensate:
      uses: path.remove@1
      with:
        path: /workspace/\${{ item }}
  - id: extra
    name: Only when wanted
    if: \${{ inputs.extra }}
    uses: command.run@1
    with:
      argv: ['true']
    compensate:
      none: It changes nothing.
  - id: last
    name: Last
    uses: command.run@1
    with:
      argv: ['true']
      environment:
        TZ: UTC
    compensate:
      none: It changes nothing.
    timeout: 2m
`;
