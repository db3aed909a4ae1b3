#!/bin/sh
# The life of one release, from its first run to the removal of a file.
. "${0%/*}/lib.sh"
need_tool jq
need_cluster
new_namespace
example

# --- the first run

status 'the first run goes through' 0 release
like 'says that the last stage is healthy' "$NS/app-post-deploy: healthy" err
is 'the migration ran to completion' True "$(kc get job db-migration -o \
    jsonpath='{.status.conditions[?(@.type=="Complete")].status}')"
is 'and so did the cache job' True "$(kc get job cache-refresh -o \
    jsonpath='{.status.conditions[?(@.type=="Complete")].status}')"
is 'the rollout is complete' '2 2 2' "$(kc get deployment my-app -o \
    jsonpath='{.status.replicas} {.status.readyReplicas} {.status.updatedReplicas}')"
status 'the service is there' 0 kc get service my-app
status 'the ingress is there' 0 kc get ingress my-app

migrated=$(last job-controller 'update|patch' jobs/db-migration/status)
created=$(when poundlock 'create|patch' deployments/my-app)
rolled_out=$(last deployment-controller 'update|patch' deployments/my-app/status)
refreshed=$(when poundlock 'create|patch' jobs/cache-refresh)
before 'the deployment came after the migration' "$migrated" "$created"
before 'the cache job came after the rollout' "$rolled_out" "$refreshed"

# --- nothing changed

versions >before
like 'the deployment has a resource version' '^Deployment/my-app [0-9]+' before
since
status 'a second run has nothing to do' 0 release
versions >after
same 'no object has a new resource version' before after
is 'no request changed anything' '' "$(writes)"

# --- a new tag everywhere

migration=$(uid job/db-migration)
cache=$(uid job/cache-refresh)
deployment=$(uid deployment/my-app)
service=$(kc get service my-app -o jsonpath='{.metadata.resourceVersion}')
tag v1.0.1
since
status 'a new tag goes through' 0 release
ok 'the migration was recreated' [ "$migration" != "$(uid job/db-migration)" ]
ok 'the cache job was recreated' [ "$cache" != "$(uid job/cache-refresh)" ]
is 'the deployment was updated in place' "$deployment" \
    "$(uid deployment/my-app)"
is 'to the new image' ghcr.io/org/my-app:v1.0.1 "$(kc get deployment my-app \
    -o jsonpath='{.spec.template.spec.containers[0].image}')"
is 'the service was left alone' "$service" \
    "$(kc get service my-app -o jsonpath='{.metadata.resourceVersion}')"
migrated=$(last job-controller 'update|patch' jobs/db-migration/status)
updated=$(when poundlock 'patch' deployments/my-app)
rolled_out=$(last deployment-controller 'update|patch' deployments/my-app/status)
refreshed=$(when poundlock 'delete' jobs/cache-refresh)
before 'the old migration went first' \
    "$(when poundlock delete jobs/db-migration)" "$migrated"
before 'the rollout waited for the migration' "$migrated" "$updated"
before 'the cache job waited for the rollout' "$rolled_out" "$refreshed"

# --- a migration that fails

cp app/pre-deploy/migration.job.yaml good.yaml
tag v2.0.0
edit pre-deploy/migration.job.yaml \
    's/^spec:/&\n  backoffLimit: 0/; s/^  template:/&\n    metadata: {annotations: {test\/exit: "1"}}/'
versions | grep -v db-migration >before
since
status 'a migration that fails ends the run with its status' 5 release
like 'and its reason' '^wait: Job/.*/db-migration: .*BackoffLimitExceeded' err
like 'and says what has not been started' "app-deploy: not started" err
versions | grep -v db-migration >after
same 'the later stages are untouched' before after
status 'status tells of it' 5 poundlock status app/flux --root app
like 'names what failed' 'Job/.*/db-migration: failed' out
like 'and looks at all the others' 'Job/.*/cache-refresh: current' out
is 'no request was sent for them' '' \
    "$(writes | grep -E 'my-app|cache-refresh')"

# --- mended

sed 's/v1.0.1/v2.0.0/' good.yaml >app/pre-deploy/migration.job.yaml
since
status 'with the migration mended, all three go through' 0 release
migrated=$(last job-controller 'update|patch' jobs/db-migration/status)
before 'in their order' "$migrated" \
    "$(when poundlock patch deployments/my-app)"
before 'to the last one' "$(when poundlock patch deployments/my-app)" \
    "$(when poundlock 'create|patch' jobs/cache-refresh)"
is 'with the new tag' ghcr.io/org/my-app:v2.0.0 "$(kc get job cache-refresh \
    -o jsonpath='{.spec.template.spec.containers[0].image}')"

# --- a file removed

rm app/deploy/service.yaml
tag v2.0.1
since
status 'with the service removed from the files the run goes through' 0 release
ok 'the service is pruned' [ -z "$(kc get service my-app --ignore-not-found)" ]
rolled_out=$(last deployment-controller 'update|patch' deployments/my-app/status)
before 'after its stage was healthy' "$rolled_out" \
    "$(when poundlock delete services/my-app)"
status 'nothing else is' 0 kc get deployment/my-app ingress/my-app \
    job/db-migration job/cache-refresh

# --- the end

status 'delete removes it all' 0 poundlock delete app/flux --root app
is 'nothing is left' '' \
    "$(kc get job,deployment,service,ingress -o name --ignore-not-found)"
before 'the last stage went first' \
    "$(when poundlock delete jobs/cache-refresh)" \
    "$(when poundlock delete deployments/my-app)"
before 'and the first one last' \
    "$(when poundlock delete deployments/my-app)" \
    "$(last poundlock delete jobs/db-migration)"

done_testing
