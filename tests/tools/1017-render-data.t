#!/bin/sh
# What the build takes from Kubernetes' published OpenAPI is what the script
# that writes it would write today, and still true on the test cluster.
. "${0%/*}/../lib.sh"
need_tool jq
PATH=$PATH:/usr/local/go/bin
need_tool go

mkdir made
"$T_TOP/scripts/gen-build-data" made >log 2>&1 ||
    skip_all "the OpenAPI can't be had: $(tail -n 1 log)"
for file in schema.def namerefs.def; do
	same "$file is as it would be written" \
	    "$T_TOP/lib/kustomize/$file" "made/$file"
done

# Of the fields that hold names, the cluster misses those of older versions.
if [ -n "${KUBECONFIG-}" ]; then
	need_cluster
	cat >gone <<-'END'
		Service <- Ingress spec/backend/serviceName
		Service <- Ingress spec/rules/http/paths/backend/serviceName
	END
	awk '$1 == "add" { print substr($0, 5) }' \
	    "$T_TOP/lib/kustomize/namerefs.except" >more
	awk -F '"' '/^REF/ { gsub(/\\\\/, "\\", $14)
	    print $6 " <- " $12 " " $14 }' made/namerefs.def |
	    sort -u | grep -Fxv -f more | grep -Fxv -f gone >known
	kubectl get --raw /openapi/v2 |
	    jq -r -f "$T_TOP/scripts/name-references.jq" | sort -u >served
	ok 'there are many' [ "$(wc -l <known)" -gt 100 ]
	is 'the cluster has all fields that hold names' '' \
	    "$(comm -23 known served)"
fi
done_testing
