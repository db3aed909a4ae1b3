// Kubernetes' published OpenAPI, of the release that kustomize merges by; see
// scripts/gen-build-data.
module poundlock/tests/openapi

go 1.26.0

require k8s.io/kubernetes v1.21.2
