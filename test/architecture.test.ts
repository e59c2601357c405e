/** The rules of .dependency-cruiser.mjs do what they say, and what no import shows: pure folders stay without time, chance and waiting. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['protocol', 'runtime', 'certs', 'agent', 'server-stub', 'simulator', 'cli'];
const { default: configuration } = (await import(pathToFileURL(join(root, '.dependency-cruiser.mjs')).href)) as {
  default: { forbidden: NonNullable<IFlattenedRuleSet['forbidden']>; options: ICruiseOptions & { tsConfig: { fileName: string } } };
};
const planted = mkdtempSync(join(tmpdir(), 'mockfleet-architecture-'));
afterAll(() => rmSync(planted, { recursive: true }));

async function cruised(baseDir: string, paths: string[]): Promise<ICruiseResult> {
  const { forbidden, options } = configuration;
  const { config } = ts.readConfigFile(options.tsConfig.fileName, ts.sys.readFile);
  const tsConfig = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const { output } = await cruise(paths, { ...options, baseDir, validate: true, ruleSet: { forbidden } }, {}, { tsConfig });
  return output as ICruiseResult;
}

describe('imports', () => {
  it('of the tree keep the rules, and they were really read', async () => {
    const { modules, summary } = await cruised(root, [...folders, 'scripts', 'test']);
    // Under a TypeScript that it does not know, dependency-cruiser reads nothing and is content.
    for (const folder of folders)
      expect(modules.filter((module) => module.source.startsWith(`${folder}/`)).length, folder).toBeGreaterThan(0);
    const machines = modules.find((module) => module.source === 'simulator/world/machines.ts');
    expect(machines?.dependencies.map((dependency) => dependency.resolved)).toContain('server-stub/core/server-core.ts');
    expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  const violations: [rule: string, from: string, to: string][] = [
    ['layer-protocol', 'protocol/codec.ts', 'runtime/random.ts'],
    ['layer-runtime', 'runtime/clock.ts', 'protocol/messages.ts'],
    ['layer-certs', 'certs/authority.ts', 'protocol/messages.ts'],
    ['layer-agent', 'agent/runner.ts', 'server-stub/stub.ts'],
    ['layer-agent', 'agent/runner.ts', 'simulator/run.ts'],
    ['layer-server-stub', 'server-stub/stub.ts', 'agent/runner.ts'],
    ['layer-server-stub', 'server-stub/stub.ts', 'cli/errors.ts'],
    ['layer-simulator', 'simulator/run.ts', 'cli/errors.ts'],
    ['layer-cli', 'cli/run.ts', 'scripts/tools.ts'],
    ['layer-cli', 'cli/run.ts', 'test/helpers.ts'],
    ['pure', 'agent/device/step.ts', 'agent/runner.ts'],
    ['pure', 'agent/commands/wipe.ts', 'runtime/clock.ts'],
    ['pure', 'server-stub/core/server-core.ts', 'server-stub/store/sqlite-store.ts'],
    ['pure', 'server-stub/graph/graph.ts', 'server-stub/stub.ts'],
    ['pure', 'simulator/world/world.ts', 'simulator/run.ts'],
    ['pure', 'simulator/world/world.ts', 'node:fs'],
    ['pure', 'protocol/codec.ts', 'node:crypto'],
    ['not-for-production', 'certs/authority.ts', 'certs/keys.fixture.ts'],
  ];

  it.each(violations)('%s: %s must not import %s', async (rule, from, to) => {
    const folder = mkdtempSync(join(planted, 'case-'));
    plant(folder, to.startsWith('node:') ? [] : [to], '');
    const specifier = to.startsWith('node:') ? to : `${'../'.repeat(from.split('/').length - 1)}${to}`;
    plant(folder, [from], `import '${specifier}';\n`);
    const { summary } = await cruised(folder, [from.split('/')[0] as string]);
    expect(summary.violations.map((violation) => violation.rule.name)).toContain(rule);
  });

  it('of a type count, and cycles are found', async () => {
    const folder = mkdtempSync(join(planted, 'case-'));
    plant(folder, ['server-stub/stub.ts'], 'export type Stub = string;\n');
    plant(folder, ['agent/runner.ts'], "import type { Stub } from '../server-stub/stub.ts';\nexport type Runner = Stub;\n");
    plant(folder, ['certs/a.ts'], "import { b } from './b.ts';\nexport const a = () => b;\n");
    plant(folder, ['certs/b.ts'], "import { a } from './a.ts';\nexport const b = () => a;\n");
    const { summary } = await cruised(folder, ['agent', 'certs']);
    expect(new Set(summary.violations.map((violation) => violation.rule.name))).toEqual(new Set(['layer-agent', 'no-cycle']));
  });
});

function plant(folder: string, paths: string[], text: string): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text === '' ? 'export {};\n' : text);
  }
}

describe('pure folders', () => {
  const pure = [
    'protocol',
    'agent/device',
    'agent/commands',
    'agent/screens',
    'server-stub/core',
    'server-stub/graph',
    'simulator/world',
    'simulator/story',
  ];

  it.each(pure)('%s has no ambient time, randomness, environment or waiting', (folder) => {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.(test|contract|fixture)\.ts$/.test(name))
      .map((name) => join(folder, name));
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((file) => impurities(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['const now = Date.now();', 'Date.now'],
    ['const now = new Date();', 'new Date()'],
    ['const now = Date();', 'Date()'],
    ['const x = Math.random();', 'Math.random'],
    ['setTimeout(f, 1);', 'setTimeout'],
    ['const x = process.env.HOME;', 'process'],
    ["console.log('x');", 'console'],
    ['export async function f() {}', 'async'],
    ['await f();', 'await'],
    ['const x = crypto.randomUUID();', 'crypto'],
    ['const x = performance.now();', 'performance'],
  ])('would find %s', (text, found) => {
    expect(impurities('x.ts', text)).toEqual(expect.arrayContaining([`x.ts:1 ${found}`]));
  });

  it.each([
    '// Date.now() is for shells, so is await',
    "const text = 'console.log(Math.random())';",
    'const at = new Date(0).toISOString();',
    'const x = { process: 1, await: 2 };',
    'export const f = (value: { console: string }) => value.console;',
  ])('lets %s be', (text) => expect(impurities('x.ts', text)).toEqual([]));
});

/** Read from the syntax tree, so that comments, texts and the names of properties are none of them. */
function impurities(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const ambient = [
    'process',
    'console',
    'performance',
    'crypto',
    'fetch',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'globalThis',
  ];
  const report = (node: ts.Node, what: string) => {
    found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ['Date.now', 'Math.random'].includes(node.getText())) report(node, node.getText());
    else if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) report(node, 'new Date()');
    else if (ts.isCallExpression(node) && node.expression.getText() === 'Date') report(node, 'Date()');
    else if (ts.isAwaitExpression(node)) report(node, 'await');
    else if (node.kind === ts.SyntaxKind.AsyncKeyword) report(node, 'async');
    else if (ts.isIdentifier(node) && ambient.includes(node.text) && isRead(node)) report(node, node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Not the name of a property or of a member, but the thing itself. */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return ts.isExpression(parent) || ts.isVariableDeclaration(parent) || ts.isExpressionStatement(parent) || ts.isReturnStatement(parent);
}
