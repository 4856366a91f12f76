/** Small workflows that tests of the API store. */
export const greeting = (extra = '') => `type: workflow
definition:
  title: Greeting
  description: Greets.
  entrypoint:
    expects:
      name: { type: str }
  triggers:
    - { type: webhook${extra} }
  actions:
    - ref: greet
      action: core.transform.reshape
      args: { value: "Hello, \${{ TRIGGER.name }}!" }
  returns: \${{ ACTIONS.greet.result }}
`;
export const failure = `type: workflow
definition:
  title: Failure
  description: Fails.
  actions:
    - { ref: check, action: core.require, args: { conditions: [false] } }
`;
export const slow = `type: workflow
definition:
  title: Slow
  description: Waits.
  actions:
    - { ref: wait, action: core.transform.reshape, start_delay: 60, args: { value: 1 } }
`;
