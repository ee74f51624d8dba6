{{- /* One HTTPRoute. A rule matches a path prefix or the region that a client names; a rule for one center alone writes no weight. */}}
{{- define "gateway-stack.route" }}
{{- $routes := .root.Values.routes }}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ .name }}
  namespace: {{ $routes.namespace }}
  labels: {{- include "gateway-stack.labels" .root | nindent 4 }}
spec:
  parentRefs:
    - { name: higress-gateway, namespace: {{ .root.Release.Namespace }} }
  hostnames: [{{ .host }}]
  rules:
    {{- range $rule := .rules }}
    - matches:
        {{- if $rule.region }}
        - headers: [{ name: X-Client-Region, value: {{ $rule.region }} }]
        {{- else }}
        - path: { type: PathPrefix, value: {{ $rule.prefix }} }
        {{- end }}
      {{- with $rule.timeout }}
      timeouts: { backendRequest: {{ . }} }
      {{- end }}
      backendRefs:
        {{- range $center := $rule.centers }}
        - group: {{ $routes.backends.group | quote }}
          name: {{ index $routes.backends.names $center }}
          port: {{ $routes.backends.port }}
          {{- if gt (len $rule.centers) 1 }}
          weight: {{ index $routes.weights $center | default 0 }}
          {{- end }}
        {{- end }}
    {{- end }}
{{- end }}
