import { expect, test } from 'vitest';
import { importRoute, importText } from '../import-ocelot.fixture.ts';

test('a name that Ocelot does not know is a warning with what was meant', () => {
  const { finding, codes } = importRoute({ UpstreamHttpMethods: ['GET'] });
  expect(finding('OCELOT_PROPERTY_UNKNOWN')?.message).toContain('Did you mean UpstreamHttpMethod?');
  expect(codes('error')).toEqual([]);
});

test('a name that has no effect is a warning', () => {
  expect(importRoute({ RateLimiting: {} }).codes('warning')).toContain('OCELOT_PROPERTY_UNUSED');
});

test('an old name is a note, and a warning beside the new one', () => {
  const { codes } = importRoute({ QoSOptions: { TimeoutValue: 1000, Timeout: 2000, DurationOfBreak: 900 } });
  expect(codes('info')).toContain('OCELOT_NAME_OLD');
  expect(codes('warning')).toContain('OCELOT_NAME_GIVEN_TWICE');
});

test.each([
  ['Priority', 'high'],
  ['Priority', 1.5],
  ['RouteIsCaseSensitive', 'yes'],
  ['UpstreamHttpMethod', 'GET'],
  ['Metadata', ['a']],
  ['DownstreamHostAndPorts', 'orders:8080'],
  ['QoSOptions', true],
  ['UpstreamHost', {}],
])('%s: %j is an error', (name, value) => {
  const { finding } = importRoute({ [name]: value });
  expect(finding('OCELOT_VALUE_INVALID')).toMatchObject({ severity: 'error', pointer: `/Routes/0/${name}` });
});

test('what is for the program around Ocelot is a note', () => {
  expect(importText('{ "Logging": {} }').finding('OCELOT_SECTION_FOREIGN')?.severity).toBe('info');
});

test('names of Backplane’s own are told apart from Ocelot’s', () => {
  expect(importRoute({ HealthCheck: { Path: '/health' } }).finding('OCELOT_EXTENSION')?.severity).toBe('info');
});

test('old names let the rules of 24.0 be followed, unless newer ones stand there too', () => {
  const old = importRoute({ QoSOptions: { ExceptionsAllowedBeforeBreaking: 3 } }, {});
  expect(old.compat).toBe('ocelot-24.0');
  expect(old.codes('info')).toContain('OCELOT_VERSION_ASSUMED');
  const mixed = importRoute({ QoSOptions: { ExceptionsAllowedBeforeBreaking: 3, BreakDuration: 900 } }, {});
  expect(mixed.compat).toBe('ocelot');
});
