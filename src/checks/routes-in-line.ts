import { defineCheck } from './check.ts'

/** After a sync: the named clusters are read, and none of them is behind the situation in force. */
export const routesInLine = defineCheck({
  name: 'routes-in-line',
  id: 'TC-506',
  evaluate: async ({ out, look }) => {
    const { inForce } = await look()
    const unread = inForce.unread.filter((center) => out.includes(center))
    const behind = inForce.behind.filter((center) => out.includes(center))
    if (unread.length > 0) return { verdict: 'unknown', reason: 'cluster-unread', facts: { centers: unread } }
    if (behind.length > 0) return { verdict: 'no', reason: 'cluster-behind', facts: { centers: behind } }
    return { verdict: 'yes', reason: 'in-line', facts: { centers: out } }
  },
  words: {
    'cluster-unread': { en: '{centers}: routes could not be read', zh: '{centers}：无法读取路由' },
    'cluster-behind': { en: '{centers}: routes are behind the situation in force', zh: '{centers}：路由落后于当前态势' },
    'in-line': { en: '{centers}: routes are in line', zh: '{centers}：路由已对齐' },
  },
})
