/** Tests every push; publishes a tag `v…` to npm with provenance, by trusted publishing, so that no token has to be kept. */
export const publishWorkflow = `name: publish
on:
  push:
    branches: [main]
    tags: ['v*']
  pull_request:
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with: { node-version: 26 }
      - run: npm install
      - run: npm test
  publish:
    if: startsWith(github.ref, 'refs/tags/v')
    needs: test
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with: { node-version: 26, registry-url: 'https://registry.npmjs.org' }
      - run: npm install
      - run: npx --yes backplane plugin publish --provenance --access public
`;
