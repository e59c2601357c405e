export default {
  // The first import of a whole simulator counts as part of the test.
  testTimeout: 60_000,
  testEnvironment: 'node',
  transform: {},
  testMatch: ['**/jest*.test.{mjs,cjs}'],
  moduleFileExtensions: ['mjs', 'cjs', 'js', 'json'],
};
