const { body } = await backplane.call('GET', '/cards', { query: { done: 'false' } });
document
  .getElementById('cards')
  .replaceChildren(...body.map(({ title }) => Object.assign(document.createElement('li'), { textContent: title })));
