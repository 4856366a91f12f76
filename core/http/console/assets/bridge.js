// For pages of plugins: asks the console, which holds the key, to call a route of the page's own plugin.
(() => {
  const waiting = new Map();
  let last = 0;
  addEventListener('message', ({ source, data }) => {
    if (source !== parent || data?.backplane !== 'answer') return;
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.refused === undefined) asked?.resolve({ status: data.status, headers: data.headers, body: data.body });
    else asked?.reject(new Error(data.refused));
  });
  globalThis.backplane = {
    /** `call('GET', '/tickets/7', { query: { shout: 'yes' } })` gives `{ status, headers, body }`. */
    call(method, path, { query = {}, body } = {}) {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        parent.postMessage({ backplane: 'call', id, method, path, query, body }, '*');
      });
    },
  };
})();
