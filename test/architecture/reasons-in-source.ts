import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A literal that the program gives as a reason, and where. */
export interface ReasonInSource {
  readonly reason: string
  readonly at: string
}

/** Calls whose argument (by position) is a reason. */
const CALLS: Readonly<Record<string, number>> = {
  fault: 1,
  unknown: 0,
  guard: 1,
  say: 0,
  refuse: 1,
  passed: 0,
  failed: 0,
  warned: 0,
  unsure: 0,
  skipped: 0,
}

/** Every literal that stands where a reason belongs: the property `reason`, and the arguments of the calls that make faults and findings. */
export function reasonsIn(rooms: readonly string[]): readonly ReasonInSource[] {
  return rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => reasonsOf(join(room, file))),
  )
}

function reasonsOf(file: string): readonly ReasonInSource[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: ReasonInSource[] = []
  const asks = /\bask(?:Center|Fleet|Figure)\(\{\s*name: '([^']+)'/.exec(source.text)?.[1]
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) {
      found.push({
        reason: asks === undefined ? node.text : `${asks}.${node.text}`,
        at: `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`,
      })
    } else if (ts.isConditionalExpression(node)) {
      collect(node.whenTrue)
      collect(node.whenFalse)
    } else if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) {
      collect(node.expression)
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'reason') collect(node.initializer)
    if (ts.isCallExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText()
      const argument = Object.hasOwn(CALLS, name) ? node.arguments[CALLS[name] ?? 0] : undefined
      if (argument !== undefined) collect(argument)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
