export default {
  testEnvironment: 'node',
  transform: {},
  testMatch: ['**/jest*.test.{mjs,cjs}'],
  moduleFileExtensions: ['mjs', 'cjs', 'js', 'json'],
};
