/** Who may import whom. `npm test` holds the tree to these rules, and test/architecture.test.ts holds the rules to their word. */
import { fileURLToPath } from 'node:url';

/** What each folder may import of ours, besides itself. Nobody may import cli, scripts or test. */
const layers = {
  protocol: [],
  runtime: [],
  certs: ['runtime'],
  agent: ['protocol', 'runtime', 'certs'],
  'server-stub': ['protocol', 'runtime', 'certs'],
  simulator: ['protocol', 'runtime', 'certs', 'agent', 'server-stub'],
  cli: ['protocol', 'runtime', 'certs', 'agent', 'server-stub', 'simulator'],
};

/** No IO, no ambient time, randomness or environment, no async. The single files are what these folders share with their shells. */
const pure = [
  '^protocol/',
  '^agent/(device|commands|screens)/',
  '^agent/platforms\\.ts$',
  '^server-stub/(core|graph)/',
  '^simulator/(world|story)/',
  '^runtime/(distribution|duration|random|link|time-zone)\\.ts$',
  '^certs/(validity|stand-in-identity|errors)\\.ts$',
  '^server-stub/(store/store|troubles)\\.ts$',
  '^simulator/(result|scenarios/(scenario|story-expectation|fault|errors))\\.ts$',
  '^simulator/tenant/(seed|policy-seed|scenario-tenant|plant|plant-policies|plant-access-policies|planting|named-entries|same-entry|taken-ids)\\.ts$',
].join('|');

/** Without effects: a parser, and types. */
const purePackages = '(^|/)node_modules/(zod|@noble/hashes|@microsoft/microsoft-graph-types(-beta)?)/';

const page = '^server-stub/console/';

/** Tests, suites for implementations, and data for tests may import anything. */
const forTests = '\\.(test|contract|fixture)\\.ts$';

const ours = `^(${[...Object.keys(layers), 'scripts', 'test'].join('|')})/`;

export default {
  forbidden: [
    ...Object.entries(layers).map(([folder, allowed]) => ({
      name: `layer-${folder}`,
      comment: `${folder} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: forTests },
      to: { path: ours, pathNot: `^(${[folder, ...allowed].join('|')})/` },
    })),
    {
      name: 'pure',
      comment: 'A pure folder imports only what is pure: no node:*, no ws, better-sqlite3, msw or hono, no shell sibling.',
      severity: 'error',
      from: { path: pure, pathNot: forTests },
      to: { pathNot: `${pure}|${purePackages}` },
    },
    {
      name: 'not-for-production',
      comment: 'What is there for tests is not in the package.',
      severity: 'error',
      from: { path: `^(${Object.keys(layers).join('|')})/`, pathNot: forTests },
      to: { path: forTests },
    },
    {
      name: 'no-development-dependency',
      comment: 'It would be missing where mockfleet is installed. Types are another matter: they are gone by then.',
      severity: 'error',
      from: { path: `^(${Object.keys(layers).join('|')})/`, pathNot: `${forTests}|${page}` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'console',
      comment: 'The console speaks only the HTTP interface of the stub. It runs in a browser, with all that it needs built in.',
      severity: 'error',
      from: { path: page },
      to: { pathNot: `${page}|(^|/)node_modules/(preact|@preact/signals|uplot)/` },
    },
    {
      name: 'console-apart',
      comment: 'It is built by scripts/console.ts and served as files: nobody imports it but tests.',
      severity: 'error',
      from: { pathNot: `${page}|${forTests}` },
      to: { path: page },
    },
    {
      name: 'no-cycle',
      comment: 'Two modules that need each other are one, or hide a third. Cycles through types alone do no harm.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphan-import',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Types count as imports: a pure module that knows a shell's types knows the shell.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: fileURLToPath(new URL('tsconfig.json', import.meta.url)) },
    doNotFollow: { path: '(^|/)node_modules/' },
    // A project of its own, which imports the package by its name.
    exclude: { path: '(^|/)dist/|^test/consumer/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types', 'typings'],
    },
  },
};
