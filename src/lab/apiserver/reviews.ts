import { badRequest } from './api-error.ts'
import { allowed, rulesFor, type Attributes, type User } from './authorization.ts'
import { compact, type Tree } from './json.ts'
import type { Objects } from './objects.ts'

/** The questions about rights and identity that are asked by creating an object that is never stored, by `<plural>.<group>`. */
export const reviews: Readonly<Record<string, (objects: Objects, user: User, body: Tree) => Tree>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': (objects, user, body) => answer(body, decide(objects, user, body['spec'] ?? {})),
  'subjectaccessreviews.authorization.k8s.io': (objects, _, body) => {
    const { user: name = '', groups = [] } = body['spec'] ?? {}
    return answer(body, decide(objects, { name, groups }, body['spec'] ?? {}))
  },
  'selfsubjectrulesreviews.authorization.k8s.io': (objects, user, body) => {
    const rules = user.groups.includes('system:masters')
      ? [
          { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
          { verbs: ['*'], nonResourceURLs: ['*'] },
        ]
      : rulesFor(objects, user, body['spec']?.namespace)
    const resourceRules = rules.filter((rule) => rule['resources'] !== undefined)
    const nonResourceRules = rules.filter((rule) => rule['nonResourceURLs'] !== undefined)
    return answer(body, { incomplete: false, resourceRules, nonResourceRules })
  },
  'selfsubjectreviews.authentication.k8s.io': (_, user, body) => answer(body, { userInfo: { username: user.name, groups: user.groups } }),
}

export const reviewKinds: Readonly<Record<string, string>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': 'SelfSubjectAccessReview',
  'subjectaccessreviews.authorization.k8s.io': 'SubjectAccessReview',
  'selfsubjectrulesreviews.authorization.k8s.io': 'SelfSubjectRulesReview',
  'selfsubjectreviews.authentication.k8s.io': 'SelfSubjectReview',
}

const answer = (body: Tree, status: Tree): Tree => ({ ...body, metadata: body['metadata'] ?? {}, status })

function decide(objects: Objects, user: User, { resourceAttributes, nonResourceAttributes }: Tree): Tree {
  if (resourceAttributes === undefined && nonResourceAttributes === undefined)
    throw badRequest('spec: exactly one of nonResourceAttributes or resourceAttributes must be specified')
  const call = resourceAttributes ?? nonResourceAttributes
  const may = allowed(objects, user, compact({ ...call, subresource: call.subresource || undefined }) as Attributes)
  return { allowed: may }
}
