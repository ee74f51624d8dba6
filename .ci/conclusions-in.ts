import { readFileSync } from 'node:fs'
import ts from 'typescript'

const RESULTS: Readonly<Record<string, string>> = {
  passed: 'passed',
  failed: 'failed',
  warned: 'warning',
  unsure: 'inconclusive',
  skipped: 'skipped',
}

/** Which results a question gives for which reasons, as far as its source says so in literals: `failed('no-address', …)`, `(bad ? failed : warned)('late', …)`. */
export function conclusionsIn(file: string): ReadonlyMap<string, readonly string[]> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found = new Map<string, Set<string>>()
  const give = (callee: ts.Expression, argument: ts.Expression): void => {
    const [says, why] = [bare(callee), bare(argument)]
    if (ts.isConditionalExpression(says) && ts.isConditionalExpression(why) && says.condition.getText() === why.condition.getText()) {
      give(says.whenTrue, why.whenTrue)
      give(says.whenFalse, why.whenFalse)
      return
    }
    for (const one of branches(says))
      for (const reason of branches(why))
        if (ts.isIdentifier(one) && Object.hasOwn(RESULTS, one.text) && ts.isStringLiteral(reason))
          found.set(reason.text, new Set([...(found.get(reason.text) ?? []), RESULTS[one.text] ?? '']))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.arguments[0] !== undefined) give(node.expression, node.arguments[0])
    ts.forEachChild(node, visit)
  }
  visit(source)
  return new Map([...found].map(([reason, results]) => [reason, [...results]]))
}

function branches(node: ts.Expression): readonly ts.Expression[] {
  const inner = bare(node)
  return ts.isConditionalExpression(inner) ? [...branches(inner.whenTrue), ...branches(inner.whenFalse)] : [inner]
}

function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node
}
