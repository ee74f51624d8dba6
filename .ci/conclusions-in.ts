import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'

const RESULTS: Readonly<Record<string, string>> = {
  passed: 'passed',
  failed: 'failed',
  warned: 'warning',
  unsure: 'inconclusive',
  skipped: 'skipped',
}

const CHECKS = 'src/checks'

/**
 * Which results a question gives for which reasons, as far as its source and what it shares with others of its folder say so:
 * `failed('no-address', …)`, `(bad ? failed : warned)('late', …)`, `unsure(gap, …)` where the type of `gap` is a list of literals.
 */
export function conclusionsReader(): (question: string) => ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(CHECKS).map((file) => join(CHECKS, file))
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)) as { config: { compilerOptions?: object } }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions ?? {}, '.')
  const program = ts.createProgram(files, { ...options, noEmit: true })
  const checker = program.getTypeChecker()
  const known = new Map(files.map((file) => [basename(file, '.ts'), sourceConclusions(program.getSourceFile(file), checker)]))
  return (question) => {
    const found = new Map<string, Set<string>>()
    const seen = new Set<string>()
    const visit = (name: string): void => {
      const one = known.get(name)
      if (one === undefined || seen.has(name)) return
      seen.add(name)
      for (const [reason, results] of one.results) found.set(reason, new Set([...(found.get(reason) ?? []), ...results]))
      one.uses.forEach(visit)
    }
    visit(question)
    return new Map([...found].map(([reason, results]) => [reason, [...results]]))
  }
}

interface SourceConclusions {
  readonly results: ReadonlyMap<string, ReadonlySet<string>>
  /** Files of the folder from which it takes more than types and the wording of results. */
  readonly uses: readonly string[]
}

function sourceConclusions(source: ts.SourceFile | undefined, checker: ts.TypeChecker): SourceConclusions {
  const results = new Map<string, Set<string>>()
  const uses: string[] = []
  const give = (callee: ts.Expression, argument: ts.Expression): void => {
    const [says, why] = [bare(callee), bare(argument)]
    if (ts.isConditionalExpression(says) && ts.isConditionalExpression(why) && says.condition.getText() === why.condition.getText()) {
      give(says.whenTrue, why.whenTrue)
      give(says.whenFalse, why.whenFalse)
      return
    }
    for (const one of branches(says)) {
      if (!ts.isIdentifier(one) || !Object.hasOwn(RESULTS, one.text)) continue
      for (const reason of branches(why).flatMap((each) => literals(checker.getTypeAtLocation(each))))
        results.set(reason, new Set([...(results.get(reason) ?? []), RESULTS[one.text] ?? '']))
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.arguments[0] !== undefined) give(node.expression, node.arguments[0])
    if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword
    ) {
      const [, shared] = /^\.\/([\w-]+)\.ts$/.exec(node.moduleSpecifier.text) ?? []
      if (shared !== undefined) uses.push(shared)
    }
    ts.forEachChild(node, visit)
  }
  if (source !== undefined) visit(source)
  return { results, uses }
}

function literals(type: ts.Type): readonly string[] {
  if (type.isStringLiteral()) return [type.value]
  return type.isUnion() ? type.types.flatMap(literals) : []
}

function branches(node: ts.Expression): readonly ts.Expression[] {
  const inner = bare(node)
  return ts.isConditionalExpression(inner) ? [...branches(inner.whenTrue), ...branches(inner.whenFalse)] : [inner]
}

function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node
}
