import { editsToward } from '../../errors/nearest-word.js';

/** Longer ones are no mistyped path of ours, and each comparison takes time. */
const MAX_LENGTH = 200;
const MAX_EDITS = 3;
/** What a missing or surplus part of a path counts for. */
const EDITS_OF_PART = 10;

interface Candidate {
  readonly pattern: string;
  readonly edits: number;
}

/** A path that routes know, and its parts. */
export interface KnownPath {
  readonly pattern: string;
  readonly parts: readonly string[];
}

export function knownPath(pattern: string): KnownPath {
  return { pattern, parts: partsOf(pattern) };
}

/**
 * The path that was probably meant, with its parameters in braces: one that differs in case, slashes, single letters or in what
 * stands before it. Undefined if there is none, or if it could be several.
 */
export function nearestPath(path: string, paths: Iterable<KnownPath>): string | undefined {
  if (path.length > MAX_LENGTH) return undefined;
  const parts = partsOf(path);
  const candidates: Candidate[] = [];
  for (const { pattern, parts: known } of paths) {
    const edits = editsOfPath(parts, known);
    if (edits !== undefined) candidates.push({ pattern, edits });
  }
  candidates.sort((one, other) => one.edits - other.edits);
  const [nearest, next] = candidates;
  if (nearest === undefined || (nearest.edits >= EDITS_OF_PART && nearest.edits === next?.edits)) return undefined;
  return nearest.pattern.replaceAll(/:(\w+)/g, '{$1}');
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function editsOfPath(asked: readonly string[], known: readonly string[]): number | undefined {
  if (asked.length === 0 || known.length === 0 || known.includes('*')) return undefined;
  const common = Math.min(asked.length, known.length);
  const edits = editsOfParts(asked.slice(-common), known.slice(-common));
  const missing = Math.abs(asked.length - known.length);
  if (edits === undefined || (missing > 0 && edits > 0)) return undefined;
  return edits + missing * EDITS_OF_PART;
}

function editsOfParts(asked: readonly string[], known: readonly string[]): number | undefined {
  let sum = 0;
  let isNamed = false;
  for (const [index, part] of known.entries()) {
    if (part.startsWith(':')) continue;
    const edits = editsToward(asked[index] ?? '', part);
    if (edits === undefined) return undefined;
    isNamed = true;
    sum += edits;
  }
  return isNamed && sum <= MAX_EDITS ? sum : undefined;
}
