import { isMap, type Tree } from './tree.ts';

/** One object of a manifest. */
export interface Manifest {
  /** `<kind>/<namespace>/<name>`; without the namespace where the manifest leaves it to whoever applies it. */
  readonly resource: string;
  readonly tree: Tree;
}

const WORD = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/;

/** The objects of a document: itself, or those of a list; undefined where it is none. */
export function manifestsOf(document: Tree): Manifest[] | undefined {
  if (!isMap(document)) return undefined;
  const [version, kind, metadata] = ['apiVersion', 'kind', 'metadata'].map((name) => document.get(name));
  if (typeof version !== 'string' || typeof kind !== 'string' || !WORD.test(kind)) return undefined;
  const items = document.get('items');
  if (kind.endsWith('List') && Array.isArray(items)) {
    const manifests = (items as readonly Tree[]).map(manifestsOf);
    return manifests.every((manifest) => manifest !== undefined) ? manifests.flat() : undefined;
  }
  if (metadata === undefined || !isMap(metadata)) return undefined;
  const name = metadata.get('name');
  const namespace = metadata.get('namespace');
  if (!isWord(name) || !(namespace === undefined || isWord(namespace))) return undefined;
  return [{ resource: [kind, namespace ?? [], name].flat().join('/'), tree: octal(document) }];
}

function isWord(tree: Tree | undefined): tree is string {
  return typeof tree === 'string' && WORD.test(tree);
}

/** Kubernetes reads `0644` as YAML 1.1 does; every program that reads its objects again sees 420. */
function octal(tree: Tree): Tree {
  if (typeof tree === 'string') return tree;
  if (isMap(tree))
    return new Map([...tree].map(([name, child]) => [name, /mode$/i.test(name) ? mode(child) : octal(child)]));
  return Array.isArray(tree) ? (tree as readonly Tree[]).map(octal) : tree;
}

function mode(tree: Tree): Tree {
  return typeof tree === 'string' && /^0[0-7]{1,6}$/.test(tree) ? Number.parseInt(tree, 8) : tree;
}
