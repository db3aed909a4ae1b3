#!/bin/sh
# A run that is killed at any point is mended by the next one.
. "${0%/*}/lib.sh"
need_tool setsid
need_cluster
new_namespace
example
status 'a first run' 0 release

# killed PATTERN: start a run, and kill all of it without warning as soon as the
# API server has answered a request of ours that matches.
killed() {
	setsid poundlock run app/flux --root app \
	    >/dev/null 2>kill.err &
	pid=$!
	for _ in $(seq 400); do
		if writes | grep -Eq "$1"; then
			kill -9 "-$pid"
			command wait "$pid" 2>/dev/null
			# make has set its stages apart from the driver.
			for pid in $(t_children); do kill -9 "$pid"; done
			return 0
		fi
		kill -0 "$pid" 2>/dev/null || return 1
	done
	return 1
}

# The processes that a killed driver has left: they know its run by name.
t_children() {
	for env in /proc/[0-9]*/environ; do
		if tr '\0' '\n' <"$env" | grep -q "^POUNDLOCK_RUN_DIR=$T_DIR/"; then
			env=${env%/environ}
			echo "${env#/proc/}"
		fi
	done 2>/dev/null
}

n=1
for point in 'delete jobs/db-migration' '(create|patch) jobs/db-migration' \
    'patch deployments/my-app' 'delete jobs/cache-refresh' \
    '(create|patch) jobs/cache-refresh'; do
	n=$((n + 1))
	tag "v1.0.$n"
	since
	ok "killed after: $point" killed "$point"
	status 'the next run goes through' 0 release
	is 'and ends where it would have' \
	    "$(printf 'ghcr.io/org/my-app:v1.0.%s\n' $n $n $n | xargs)" \
	    "$(kc get job,deployment -o \
	    jsonpath='{.items[*].spec.template.spec.containers[0].image}')"
	is 'with both Jobs complete' '1 1' \
	    "$(kc get job -o jsonpath='{.items[*].status.succeeded}')"
	before 'in their order' \
	    "$(last job-controller 'update|patch' jobs/db-migration/status)" \
	    "$(last poundlock 'create|patch' jobs/cache-refresh)"
done

versions >before
since
status 'and then there is nothing to do' 0 release
versions >after
same 'as if nothing had happened' before after

done_testing
