#!/bin/sh
# The example in real containers, and the log of a migration that fails.
. "${0%/*}/lib.sh"
need_containers
new_namespace
example

status 'the example goes through' 0 release
status 'the migration left its log' 0 kc logs job/db-migration
is 'which the container wrote' 'starting db migration' "$(cat out)"
status 'and the cache job' 0 kc logs job/cache-refresh
is 'did too' 'refreshing cache' "$(cat out)"
is 'both replicas run' 'Running Running' \
    "$(kc get pods -l app=my-app -o jsonpath='{.items[*].status.phase}')"

tag v1.0.1
edit pre-deploy/migration.job.yaml 's/^spec:/&\n  backoffLimit: 0/
    s/echo "starting.*/echo "starting db migration"; echo "column x exists"; exit 3/'
deployment=$(kc get deployment my-app -o jsonpath='{.metadata.resourceVersion}')
status 'a migration that fails ends the run with its status' 5 release
like 'its reason is on standard error' 'db-migration: .*BackoffLimitExceeded' err
like 'with the exit code of its container' 'exit (code )?3' err
like 'and the last lines of its log' 'column x exists' err
is 'the deployment is untouched' "$deployment" \
    "$(kc get deployment my-app -o jsonpath='{.metadata.resourceVersion}')"

edit pre-deploy/migration.job.yaml 's/; exit 3//'
status 'mended, the run goes through' 0 release
kc logs job/db-migration >log
like 'the migration ran again' 'column x exists' log
is 'with the new tag' 'ghcr.io/org/my-app:v1.0.1' "$(kc get job db-migration \
    -o jsonpath='{.spec.template.spec.containers[0].image}')"

edit deploy/deployment.yaml 's/v1.0.1/v9.9.9/'
status 'an image that is not there ends the run in time' 6 release --timeout 5s
like 'which says what it waited for' 'Deployment/.*/my-app' err

done_testing
