import { isOwnName } from './own-name.ts';
import { addName, type SchemaNameKind } from './schema-names.ts';
import { isSystemName } from './system-names.ts';

/** A node of the parser's tree; which fields it has says what it is. */
type Tree = Readonly<Record<string, unknown>>;
type Names = Map<string, SchemaNameKind>;

/** Fields that hold one name. */
const nameFields: Readonly<Record<string, SchemaNameKind>> = {
  colname: 'column',
  conname: 'table',
  idxname: 'table',
  indexname: 'table',
  trigname: 'table',
  policy_name: 'table',
  rulename: 'table',
  newschema: 'schema',
  pubname: 'table',
};
/** Fields that hold several names of one kind. */
const listFields: Readonly<Record<string, SchemaNameKind>> = {
  keys: 'column',
  fk_attrs: 'column',
  pk_attrs: 'column',
  including: 'column',
  attlist: 'column',
  usingClause: 'column',
  colNames: 'column',
  aliases: 'column',
  cols: 'column',
  va_cols: 'column',
  indirection: 'column',
};
/** Fields that hold one name with its schema before it. */
const qualifiedFields: ReadonlySet<string> = new Set([
  'funcname',
  'objname',
  'defnames',
  'domainname',
  'names',
  'typeName',
]);

/** The names of somebody's own that a statement uses, by what the parser says they are. */
export function namesOfStatement(statement: unknown): Names {
  const reader = new NameReader();
  reader.read(statement);
  return reader.names();
}

class NameReader {
  readonly #names: Names = new Map();
  readonly #columns: Names = new Map();
  readonly #aliases = new Set<string>();
  readonly #qualifiers = new Set<string>();
  #ownRelations = 0;
  #systemRelations = 0;

  /** A query of nothing but the catalog names nothing of anybody's own. */
  names(): Names {
    const names = new Map(this.#names);
    for (const qualifier of this.#qualifiers) if (!this.#aliases.has(qualifier)) addName(names, qualifier, 'table');
    if (this.#systemRelations === 0 || this.#ownRelations > 0)
      for (const [name, kind] of this.#columns) addName(names, name, kind);
    return names;
  }

  read(node: unknown): void {
    if (Array.isArray(node)) for (const each of node) this.read(each);
    else if (isTree(node)) {
      this.#relation(node);
      for (const [field, value] of Object.entries(node)) {
        this.#field(field, value);
        this.read(value);
      }
    }
  }

  #add(name: unknown, kind: SchemaNameKind): void {
    if (typeof name !== 'string' || !isOwnName(name)) return;
    addName(kind === 'column' ? this.#columns : this.#names, name, kind);
  }

  #addQualified(list: unknown, kind: SchemaNameKind): void {
    const parts = stringsOf(list);
    const [first] = parts;
    // What the system's schemas hold is the system's. `public` is everybody's, and what it holds is not.
    if (first !== undefined && parts.length > 1 && first !== 'public' && isSystemName(first)) return;
    for (const schema of parts.slice(0, -1)) this.#add(schema, 'schema');
    this.#add(parts.at(-1), kind);
  }

  #relation(node: Tree): void {
    const { relname, schemaname, catalogname } = node;
    if (typeof relname !== 'string') return;
    const system =
      typeof schemaname === 'string'
        ? schemaname !== 'public' && isSystemName(schemaname)
        : // Somebody's table may be called `role` or `version`.
          relname.startsWith('pg_');
    if (system) {
      this.#systemRelations += 1;
      return;
    }
    this.#ownRelations += 1;
    this.#add(relname, 'table');
    this.#add(schemaname, 'schema');
    this.#add(catalogname, 'schema');
  }

  #field(field: string, value: unknown): void {
    const one = nameFields[field];
    if (one) this.#add(value, one);
    const list = listFields[field];
    if (list) for (const name of stringsOf(value)) this.#add(name, list);
    if (qualifiedFields.has(field)) this.#addQualified(value, 'table');
    if (field === 'aliasname' && typeof value === 'string') this.#aliases.add(value);
    if (field === 'fields') this.#columnReference(stringsOf(value));
    if (isTree(value)) this.#statement(field, value);
  }

  #columnReference(parts: readonly string[]): void {
    const [first] = parts;
    if (first === undefined) return;
    if (parts.length === 1) this.#add(first, 'column');
    else {
      this.#add(parts.at(-1), 'column');
      if (parts.length > 2) this.#addQualified(parts.slice(0, -1).map(asString), 'table');
      else if (isOwnName(first)) this.#qualifiers.add(first);
    }
  }

  #statement(type: string, node: Tree): void {
    switch (type) {
      case 'IndexElem':
      case 'PartitionElem':
      case 'StatsElem':
        this.#add(node['name'], 'column');
        break;
      case 'InsertStmt':
        this.#targets(node['cols']);
        break;
      case 'UpdateStmt':
      case 'onConflictClause':
      case 'MergeWhenClause':
        this.#targets(node['targetList']);
        break;
      case 'ReplicaIdentityStmt':
        this.#add(node['name'], 'table');
        break;
      case 'CreateSchemaStmt':
        this.#add(node['schemaname'], 'schema');
        break;
      case 'AlterTableCmd':
        this.#add(node['name'], /Constraint|Index|Trigger|Rule/.test(String(node['subtype'])) ? 'table' : 'column');
        break;
      case 'RenameStmt':
        this.#renamed(node);
        break;
      case 'DropStmt':
        for (const object of asList(node['objects'])) this.#object(object, String(node['removeType']));
        break;
      case 'GrantStmt':
        for (const object of asList(node['objects'])) this.#object(object, String(node['objtype']));
        break;
      case 'CommentStmt':
        this.#object(node['object'], String(node['objtype']));
        break;
      case 'AlterObjectSchemaStmt':
      case 'AlterOwnerStmt':
        this.#object(node['object'], String(node['objectType']));
        break;
      case 'VariableSetStmt':
        if (node['name'] === 'search_path') for (const name of constantsOf(node['args'])) this.#add(name, 'schema');
        break;
      case 'DefElem':
        if (node['defname'] === 'owned_by') this.#columnReference(stringsOf(node['arg']));
        if (node['defname'] === 'schemas') for (const name of stringsOf(node['arg'])) this.#add(name, 'schema');
        break;
    }
  }

  #targets(list: unknown): void {
    for (const target of asList(list))
      if (isTree(target) && isTree(target['ResTarget'])) this.#add(target['ResTarget']['name'], 'column');
  }

  #renamed(node: Tree): void {
    const type = String(node['renameType']);
    const kind =
      type === 'OBJECT_SCHEMA'
        ? 'schema'
        : type === 'OBJECT_COLUMN' || type === 'OBJECT_ATTRIBUTE'
          ? 'column'
          : 'table';
    // Roles and databases belong to no schema.
    if (/ROLE|DATABASE|TABLESPACE/.test(type)) return;
    this.#add(node['subname'], kind);
    this.#add(node['newname'], kind);
    this.#object(node['object'], type);
  }

  #object(object: unknown, type: string): void {
    if (/ROLE|DATABASE|TABLESPACE|EXTENSION|LANGUAGE|FDW|FOREIGN_SERVER|LARGEOBJECT|PARAMETER/.test(type)) return;
    const parts = stringsOf(object);
    if (type === 'OBJECT_SCHEMA') for (const name of parts) this.#add(name, 'schema');
    else if (type === 'OBJECT_COLUMN') this.#columnReference(parts);
    else if (/TRIGGER|RULE|POLICY|TABCONSTRAINT/.test(type)) {
      this.#add(parts.at(-1), 'table');
      this.#addQualified(parts.slice(0, -1).map(asString), 'table');
    } else this.#addQualified(object, 'table');
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asString(text: string): unknown {
  return { String: { sval: text } };
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isTree(value) && isTree(value['List'])) return asList(value['List']['items']);
  return value === undefined ? [] : [value];
}

/** The strings of a list of them, or of a single one; an asterisk or an expression is none. */
function stringsOf(value: unknown): string[] {
  return asList(value).flatMap((item) => {
    const text = isTree(item) && isTree(item['String']) ? item['String']['sval'] : undefined;
    return typeof text === 'string' ? [text] : [];
  });
}

function constantsOf(value: unknown): string[] {
  return asList(value).flatMap((item) => {
    const constant = isTree(item) && isTree(item['A_Const']) ? item['A_Const']['sval'] : undefined;
    return isTree(constant) && typeof constant['sval'] === 'string' ? [constant['sval']] : [];
  });
}
