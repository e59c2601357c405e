/** Microsoft's type packages as data: what each type has, and whether a value of an answer is of it. Their own declarations decide, not ours. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

interface Declared {
  base: string | null;
  members: Map<string, ts.TypeNode>;
}

export interface DeclaredTypes {
  /** Members, inherited ones too; undefined: there is no such interface. */
  membersOf(typeName: string): ReadonlyMap<string, ts.TypeNode> | undefined;
  /** The type of a member: `['ManagedDevice', true]` for `NullableOption<ManagedDevice[]>`. */
  memberType(typeName: string, member: string): { name: string; isList: boolean } | undefined;
  /** What is wrong with a value, each with its path; none: it is of this type. */
  misfits(value: unknown, typeName: string, path: string): string[];
}

/** Enums of flags: several of them at once are written with commas between them, which no declaration can say. */
const flags: ReadonlySet<string> = new Set(['NotificationTemplateBrandingOptions']);

/** @param file of a package's declarations */
export function readDeclaredTypes(file: URL): DeclaredTypes {
  const source = ts.createSourceFile(file.pathname, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const interfaces = new Map<string, Declared>();
  const aliases = new Map<string, ts.TypeNode>();
  // Those at the top: the namespaces have other services.
  for (const statement of source.statements) {
    if (ts.isTypeAliasDeclaration(statement)) aliases.set(statement.name.text, statement.type);
    if (!ts.isInterfaceDeclaration(statement)) continue;
    const members = new Map<string, ts.TypeNode>();
    for (const member of statement.members) {
      if (ts.isPropertySignature(member) && member.type !== undefined)
        members.set(member.name.getText(source).replaceAll('"', ''), member.type);
    }
    const base = statement.heritageClauses?.[0]?.types[0]?.expression.getText(source) ?? null;
    interfaces.set(statement.name.text, { base, members });
  }

  function membersOf(typeName: string): Map<string, ts.TypeNode> | undefined {
    const own = interfaces.get(typeName);
    if (own === undefined) return undefined;
    return new Map([...((own.base === null ? undefined : membersOf(own.base)) ?? []), ...own.members]);
  }

  const isOrExtends = (typeName: string, base: string): boolean =>
    typeName === base || [interfaces.get(typeName)?.base].some((one) => typeof one === 'string' && isOrExtends(one, base));

  /** Without `NullableOption<…>`. */
  function bare(type: ts.TypeNode): ts.TypeNode {
    const inner = ts.isTypeReferenceNode(type) && type.typeName.getText(source) === 'NullableOption' ? type.typeArguments?.[0] : undefined;
    return inner ?? type;
  }

  function ofNode(value: unknown, type: ts.TypeNode, path: string): string[] {
    const wrong = [`${path} is ${JSON.stringify(value)}, not ${type.getText(source)}`];
    const only = (fits: boolean) => (fits ? [] : wrong);
    if (bare(type) !== type) return value === null ? [] : ofNode(value, bare(type), path);
    if (ts.isArrayTypeNode(type)) {
      if (!Array.isArray(value)) return wrong;
      return value.flatMap((one, index) => ofNode(one, type.elementType, `${path}[${index}]`));
    }
    if (ts.isUnionTypeNode(type)) return only(type.types.some((one) => ofNode(value, one, path).length === 0));
    if (ts.isLiteralTypeNode(type)) return only(JSON.stringify(value) === type.literal.getText(source));
    if (ts.isTypeReferenceNode(type)) return misfits(value, type.typeName.getText(source), path);
    switch (type.kind) {
      case ts.SyntaxKind.StringKeyword:
        return only(typeof value === 'string');
      case ts.SyntaxKind.NumberKeyword:
        return only(typeof value === 'number');
      case ts.SyntaxKind.BooleanKeyword:
        return only(typeof value === 'boolean');
      case ts.SyntaxKind.AnyKeyword:
        return [];
      default:
        throw new Error(`${path}: the declaration ${type.getText(source)} cannot be read.`);
    }
  }

  function misfits(value: unknown, typeName: string, path: string): string[] {
    const alias = aliases.get(typeName);
    if (alias !== undefined) {
      const parts = flags.has(typeName) && typeof value === 'string' ? value.split(',') : [value];
      return parts.flatMap((part) => ofNode(part, alias, path));
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [`${path} is ${JSON.stringify(value)}, not a ${typeName}`];
    const said = (value as Record<string, unknown>)['@odata.type'];
    const named = typeof said === 'string' ? said.replace(/^#?microsoft\.graph\./, '') : null;
    const actual = named === null ? typeName : named.charAt(0).toUpperCase() + named.slice(1);
    if (!isOrExtends(actual, typeName)) return [`${path} says it is ${named}, which is no ${typeName}`];
    const members = membersOf(actual);
    if (members === undefined) return [`${path}: there is no type ${actual}`];
    return Object.entries(value).flatMap(([name, part]) => {
      if (name.includes('@')) return [];
      const type = members.get(name);
      return type === undefined ? [`${path}.${name} is not declared in ${actual}`] : ofNode(part, type, `${path}.${name}`);
    });
  }

  return {
    membersOf,
    memberType(typeName, member) {
      const entry = [...(membersOf(typeName) ?? [])].find(([name]) => name.toLowerCase() === member.toLowerCase());
      if (entry === undefined) return undefined;
      const type = bare(entry[1]);
      const isList = ts.isArrayTypeNode(type);
      const name = (isList ? type.elementType : type).getText(source);
      return { name, isList };
    },
    misfits,
  };
}
