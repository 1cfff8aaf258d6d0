import type { CompletionNode, CompletionOption } from './completion-nodes.js';

/** The shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script by which a shell completes the words of the program. It holds all of them, so no key press starts a program. */
export function completionScript(shell: Shell, name: string, nodes: readonly CompletionNode[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](name, nodes);
}

function bashScript(name: string, nodes: readonly CompletionNode[]): string {
  return `# Completion of ${name} for bash. Load it with: source <(${name} completion bash)
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" found='' words='' at line
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${found:+$found }\${COMP_WORDS[at]}" in
      ${pathPattern(nodes)}) found="\${found:+$found }\${COMP_WORDS[at]}" ;;
    esac
  done
  case "$found $previous" in
${valueCases(nodes, (values) => `COMPREPLY=($(compgen -W ${quoted(values.join(' '))} -- "$current")); return`)}
  esac
  case "$found" in
${nodes.map((node) => `    ${quoted(node.path)}) words=${quoted(wordsOf(node).join(' '))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$found" in
    ${filePattern(nodes)})
      [[ $current == -* ]] && return
      compopt -o filenames 2> /dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
      ;;
  esac
}
complete -F _${name} ${name}
`;
}

function zshScript(name: string, nodes: readonly CompletionNode[]): string {
  const described = (node: CompletionNode): string =>
    [...node.commands, ...node.options]
      .map(({ word, description }) => quoted(`${word}:${description.replaceAll(':', '\\:')}`))
      .concat(node.values.map(quoted))
      .join(' ');
  return `#compdef ${name}
# Completion of ${name} for zsh. Load it with: source <(${name} completion zsh)
_${name}() {
  local found='' word previous="\${words[CURRENT - 1]}"
  local -a candidates
  for word in "\${(@)words[2,CURRENT - 1]}"; do
    case "\${found:+$found }$word" in
      ${pathPattern(nodes)}) found="\${found:+$found }$word" ;;
    esac
  done
  case "$found $previous" in
${valueCases(nodes, (values) => `compadd -- ${values.map(quoted).join(' ')}; return`)}
  esac
  case "$found" in
${nodes.map((node) => `    ${quoted(node.path)}) candidates=(${described(node)}) ;;`).join('\n')}
  esac
  _describe ${quoted(name)} candidates
  case "$found" in
    ${filePattern(nodes)}) _files ;;
  esac
}
if [ "\${funcstack[1]}" = _${name} ]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function fishScript(name: string, nodes: readonly CompletionNode[]): string {
  const at = `__${name}_at`;
  const paths = nodes.map(({ path }) => path).filter(Boolean);
  const lines = nodes.flatMap((node) => {
    const begin = `complete -c ${name} -n "${at} ${quotedInFish(node.path)}"`;
    return [
      ...node.commands.map(({ word, description }) => `${begin} -a ${word} -d ${quotedInFish(description)}`),
      ...node.options.map((option) => `${begin} ${fishOption(option)}`),
      ...node.values.map((value) => `${begin} -a ${value}`),
      ...(node.takesFile ? [`${begin} -F`] : []),
    ];
  });
  return `# Completion of ${name} for fish. Load it with: ${name} completion fish | source
function ${at}
  set -l found ''
  set -l tokens (commandline -opc)
  set -e tokens[1]
  for token in $tokens
    set -l longer (string trim -- "$found $token")
    contains -- $longer ${paths.map(quotedInFish).join(' ')}; and set found $longer
  end
  test "$found" = "$argv[1]"
end
complete -c ${name} -f
${lines.join('\n')}
`;
}

function fishOption({ word, description, takesValue, values }: CompletionOption): string {
  const value = takesValue ? ` -x${values.length > 0 ? ` -a ${quotedInFish(values.join(' '))}` : ''}` : '';
  return `-l ${word.replace(/^--/, '')}${value} -d ${quotedInFish(description)}`;
}

/** The cases of the values of options. An option whose values are not known gets none, and no other word either. */
function valueCases(nodes: readonly CompletionNode[], act: (values: readonly string[]) => string): string {
  const cases = nodes.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ word, values }) => `    ${quoted(`${path} ${word}`)}) ${values.length > 0 ? act(values) : 'return'} ;;`),
  );
  return cases.join('\n');
}

function wordsOf({ commands, options, values }: CompletionNode): string[] {
  return [...commands.map(({ word }) => word), ...options.map(({ word }) => word), ...values];
}

function pathPattern(nodes: readonly CompletionNode[]): string {
  return nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join(' | ');
}

function filePattern(nodes: readonly CompletionNode[]): string {
  return nodes
    .filter(({ takesFile }) => takesFile)
    .map(({ path }) => quoted(path))
    .join(' | ');
}

/** A word of bash and zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function quotedInFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
