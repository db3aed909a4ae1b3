#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "health/health.h"
#include "json.h"
#include "timestamp.h"

/*
 * Objects in the fewest fields that decide.  strict: what kstatus says where
 * that differs, else NULL.
 */
struct row {
	const char *kind; /* apiVersion/Kind */
	const char *fields;
	const char *status, *reason, *strict;
};

#define GEN "'metadata':{'generation':2},"
#define CONDITIONS(c) "'status':{'observedGeneration':2,'conditions':[" c "]}"
#define ROLLED \
	"'observedGeneration':2,'replicas':2,'updatedReplicas':2," \
	"'readyReplicas':2,'availableReplicas':2"
#define NEW \
	"{'type':'Progressing','status':'True'," \
	"'reason':'NewReplicaSetAvailable'}"
#define AVAILABLE "{'type':'Available','status':'True'}"
#define DEPLOYMENT "apps/v1/Deployment"

static const struct row rows[] = {
	/* What holds for all kinds. */
	{ "v1/Namespace", "'status':{'phase':'Active'}", "current", "", NULL },
	{ "v1/ConfigMap",
	    "'metadata':{'deletionTimestamp':'2026-01-01T00:00:"
	    "00Z'}",
	    "terminating", "Terminating", NULL },
	{ "v1/ConfigMap", "'metadata':{'deletionTimestamp':''}", "current", "",
	    NULL },
	{ "v1/ConfigMap", "'metadata':{'deletionTimestamp':null}", "unknown",
	    "Malformed", NULL },
	{ "v1/ConfigMap", "'status':{'conditions':[7]}", "unknown", "Malformed",
	    NULL },
	{ "v1/ConfigMap", "'status':{'conditions':[{'type':7}]}", "unknown",
	    "Malformed", NULL },
	{ "v1/ConfigMap", "'status':{'conditions':[null]}", "current", "",
	    NULL },
	{ "v1/ConfigMap", "'status':null", "current", "", NULL },
	{ "v1/ConfigMap", "'status':'x'", "unknown", "Malformed", NULL },
	{ "a/v1/Thing", GEN "'status':{'observedGeneration':1}", "inProgress",
	    "LatestGenerationNotObserved", NULL },
	{ "a/v1/Thing", GEN "'status':{'observedGeneration':2}", "current", "",
	    NULL },
	{ "a/v1/Thing", GEN "'status':{'observedGeneration':'2'}", "unknown",
	    "Malformed", NULL },
	{ "a/v1/Thing", "'status':{'observedGeneration':'2'}", "current", "",
	    NULL },
	{ "a/v1/Thing", "'metadata':{'generation':null}", "unknown",
	    "Malformed", NULL },
	{ "a/v1/Thing",
	    CONDITIONS("{'type':'Reconciling','status':'True','reason':'R'},"
		       "{'type':'Stalled','status':'True'}"),
	    "inProgress", "R", NULL },
	{ "a/v1/Thing",
	    CONDITIONS("{'type':'Ready','status':'True'},"
		       "{'type':'Stalled','status':'True','reason':'S'}"),
	    "failed", "S", NULL },
	{ "a/v1/Thing",
	    CONDITIONS("{'type':'Ready','status':'False','reason':'F'}"),
	    "inProgress", "F", NULL },
	{ "a/v1/Thing", CONDITIONS("{'type':'Ready','status':'Unknown'}"),
	    "inProgress", "", NULL },
	{ "a/v1/Thing",
	    CONDITIONS("{'type':'Ready','status':'maybe'},"
		       "{'type':'Ready','status':'True','reason':'T'}"),
	    "current", "T", NULL },

	/* Deployment */
	{ DEPLOYMENT,
	    GEN "'spec':{'replicas':2,'progressDeadlineSeconds':600},"
		"'status':{" ROLLED ",'conditions':[" NEW "," AVAILABLE "]}",
	    "current", "", NULL },
	{ DEPLOYMENT,
	    GEN "'spec':{'replicas':2,'progressDeadlineSeconds':600},"
		"'status':{" ROLLED ",'conditions':[" AVAILABLE "]}",
	    "inProgress", "ReplicaSetNotAvailable", NULL },
	{ DEPLOYMENT,
	    "'spec':{'replicas':2},'status':{" ROLLED
	    ",'conditions':[" AVAILABLE "]}",
	    "current", "", NULL },
	{ DEPLOYMENT, "'spec':{'replicas':2},'status':{" ROLLED "}",
	    "inProgress", "DeploymentNotAvailable", NULL },
	{ DEPLOYMENT, "'spec':{'replicas':3},'status':{" ROLLED "}",
	    "inProgress", "LessReplicas", NULL },
	{ DEPLOYMENT, "'spec':{'replicas':1},'status':{" ROLLED "}",
	    "inProgress", "ExtraPods", NULL },
	{ DEPLOYMENT, "'spec':{'replicas':'3'},'status':{" ROLLED "}",
	    "inProgress", "ExtraPods", NULL },
	{ DEPLOYMENT,
	    "'spec':{'replicas':2},'status':{'replicas':2,"
	    "'updatedReplicas':1}",
	    "inProgress", "LessUpdated", NULL },
	{ DEPLOYMENT,
	    "'spec':{'replicas':2},'status':{'replicas':2,"
	    "'updatedReplicas':2,'availableReplicas':1}",
	    "inProgress", "LessAvailable", NULL },
	{ DEPLOYMENT,
	    "'spec':{'replicas':2},'status':{'replicas':2,"
	    "'updatedReplicas':2,'availableReplicas':2}",
	    "inProgress", "LessReady", NULL },
	{ DEPLOYMENT,
	    "'spec':{'replicas':2},'status':{" ROLLED
	    ",'conditions':[{'type':'Progressing','status':'False','reason':"
	    "'ProgressDeadlineExceeded','message':'m'}]}",
	    "failed", "ProgressDeadlineExceeded", NULL },
	{ DEPLOYMENT, "'spec':{'replicas':0}", "inProgress",
	    "DeploymentNotAvailable", NULL },
	{ "extensions/v1beta1/Deployment", "'spec':{}", "inProgress",
	    "LessReplicas", NULL },

	/* StatefulSet */
	{ "apps/v1/StatefulSet",
	    "'spec':{'updateStrategy':{'type':'OnDelete'}}", "current", "",
	    NULL },
	{ "apps/v1/StatefulSet", "'spec':{'replicas':0}", "current", "", NULL },
	{ "apps/v1/StatefulSet", "'status':{}", "inProgress", "LessReplicas",
	    NULL },
	{ "apps/v1/StatefulSet", "'status':{'replicas':1}", "inProgress",
	    "LessReady", NULL },
	{ "apps/v1/StatefulSet", "'status':{'replicas':1,'readyReplicas':1}",
	    "inProgress", "LessCurrent", NULL },
	{ "apps/v1/StatefulSet",
	    "'status':{'replicas':1,'readyReplicas':1,'currentReplicas':1,"
	    "'currentRevision':'a','updateRevision':'b'}",
	    "inProgress", "RevisionMismatch", NULL },
	{ "apps/v1/StatefulSet",
	    "'status':{'replicas':1,'readyReplicas':1,'currentReplicas':1,"
	    "'currentRevision':'b','updateRevision':'b'}",
	    "current", "", NULL },
	{ "apps/v1/StatefulSet",
	    "'spec':{'replicas':3,'updateStrategy':{'rollingUpdate':"
	    "{'partition':2}}},'status':{'replicas':3,'readyReplicas':3}",
	    "inProgress", "PartitionRollout", NULL },
	{ "apps/v1/StatefulSet",
	    "'spec':{'replicas':3,'updateStrategy':{'rollingUpdate':"
	    "{'partition':2}}},'status':{'replicas':3,'readyReplicas':3,"
	    "'updatedReplicas':1}",
	    "current", "", NULL },
	{ "apps/v1/StatefulSet",
	    "'spec':{'updateStrategy':{'rollingUpdate':{'partition':-1}}},"
	    "'status':{'replicas':1,'readyReplicas':1}",
	    "inProgress", "LessCurrent", NULL },

	/* DaemonSet */
	{ "apps/v1/DaemonSet", "'status':{'observedGeneration':1}",
	    "inProgress", "NoGeneration", NULL },
	{ "apps/v1/DaemonSet", GEN "'status':{}", "inProgress",
	    "NoObservedGeneration", NULL },
	{ "apps/v1/DaemonSet", GEN "'status':{'observedGeneration':2}",
	    "inProgress", "NoDesiredNumber", NULL },
	{ "apps/v1/DaemonSet",
	    GEN "'status':{'observedGeneration':2,"
		"'desiredNumberScheduled':0}",
	    "current", "", NULL },
	{ "apps/v1/DaemonSet",
	    GEN "'status':{'observedGeneration':2,"
		"'desiredNumberScheduled':1}",
	    "inProgress", "LessCurrent", NULL },
	{ "apps/v1/DaemonSet",
	    GEN "'status':{'observedGeneration':2,'desiredNumberScheduled':1,"
		"'currentNumberScheduled':1}",
	    "inProgress", "LessUpdated", NULL },
	{ "apps/v1/DaemonSet",
	    GEN "'status':{'observedGeneration':2,'desiredNumberScheduled':1,"
		"'currentNumberScheduled':1,'updatedNumberScheduled':1}",
	    "inProgress", "LessAvailable", NULL },
	{ "apps/v1/DaemonSet",
	    GEN "'status':{'observedGeneration':2,'desiredNumberScheduled':1,"
		"'currentNumberScheduled':1,'updatedNumberScheduled':1,"
		"'numberAvailable':1}",
	    "inProgress", "LessReady", NULL },

	/* ReplicaSet */
	{ "apps/v1/ReplicaSet",
	    "'status':{'conditions':[{'type':'ReplicaFailure','status':"
	    "'True','message':'quota'}]}",
	    "inProgress", "ReplicaFailure", NULL },
	{ "apps/v1/ReplicaSet", "'spec':{'replicas':0}", "current", "", NULL },
	{ "apps/v1/ReplicaSet", "'spec':{}", "inProgress", "LessLabelled",
	    NULL },
	{ "apps/v1/ReplicaSet",
	    "'status':{'fullyLabeledReplicas':1,'availableReplicas':1,"
	    "'readyReplicas':1,'replicas':2}",
	    "inProgress", "ExtraPods", NULL },

	/* Pod */
	{ "v1/Pod", "'status':{}", "inProgress", "PodNotObserved", NULL },
	{ "v1/Pod", "'status':{'phase':'Succeeded'}", "current", "", NULL },
	{ "v1/Pod", "'status':{'phase':'Failed','reason':'Evicted'}", "failed",
	    "Evicted", "current" },
	{ "v1/Pod", "'status':{'phase':'Lost'}", "unknown", "UnknownPhase",
	    NULL },
	{ "v1/Pod",
	    "'status':{'phase':'Running','conditions':[{'type':'Ready',"
	    "'status':'True'}]}",
	    "current", "", NULL },
	{ "v1/Pod", "'status':{'phase':'Running'}", "inProgress",
	    "PodRunningNotReady", NULL },
	{ "v1/Pod",
	    "'status':{'phase':'Running','containerStatuses':[{'name':'a',"
	    "'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}",
	    "failed", "ContainerCrashLooping", NULL },
	{ "v1/Pod",
	    "'status':{'phase':'Running','containerStatuses':[{"
	    "'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}",
	    "inProgress", "PodRunningNotReady", NULL },
	{ "v1/Pod", "'status':{'phase':'Running','containerStatuses':null}",
	    "unknown", "Malformed", NULL },
	{ "v1/Pod", "'status':{'phase':'Pending'}", "inProgress", "PodPending",
	    NULL },
	{ "v1/Pod",
	    "'metadata':{'creationTimestamp':'2026-11-21T00:00:00Z'},"
	    "'status':{'phase':'Pending','conditions':[{'type':"
	    "'PodScheduled','status':'False','reason':'Unschedulable'}]}",
	    "inProgress", "PodNotScheduled", NULL },
	{ "v1/Pod",
	    "'metadata':{'creationTimestamp':'2026-11-20T23:59:54Z'},"
	    "'status':{'phase':'Pending','conditions':[{'type':"
	    "'PodScheduled','status':'False','reason':'Unschedulable'}]}",
	    "failed", "PodUnschedulable", NULL },

	/* Others with a rule */
	{ "v1/PersistentVolumeClaim", "'status':{'phase':'Bound'}", "current",
	    "", NULL },
	{ "v1/PersistentVolumeClaim", "'status':{'phase':'Pending'}",
	    "inProgress", "NotBound", NULL },
	{ "v1/Service", "'spec':{'type':'ClusterIP'}", "current", "", NULL },
	{ "v1/Service", "'spec':{'type':'LoadBalancer'}", "inProgress",
	    "NoIPAssigned", NULL },
	{ "v1/Service", "'spec':{'type':'LoadBalancer','clusterIP':'1.2.3.4'}",
	    "current", "", NULL },
	{ "v1/Secret", "'x':1", "current", "", NULL },
	{ "batch/v1/CronJob", "'status':{}", "current", "", NULL },
	{ "policy/v1/PodDisruptionBudget",
	    GEN "'status':{'observedGeneration':1}", "inProgress",
	    "LatestGenerationNotObserved", NULL },
	{ "apiextensions.k8s.io/v1/CustomResourceDefinition", "'spec':{}",
	    "inProgress", "Installing", NULL },
	{ "apiextensions.k8s.io/v1/CustomResourceDefinition",
	    "'status':{'conditions':[{'type':'Established','status':'True'}]}",
	    "current", "", NULL },
	{ "apiextensions.k8s.io/v1/CustomResourceDefinition",
	    "'status':{'conditions':[{'type':'NamesAccepted','status':"
	    "'False','reason':'ListKindConflict'}]}",
	    "failed", "ListKindConflict", NULL },
	{ "apiextensions.k8s.io/v1/CustomResourceDefinition",
	    "'status':{'conditions':[{'type':'Established','status':'False',"
	    "'reason':'Installing'}]}",
	    "inProgress", "Installing", NULL },
	/* The same kind of another group has no rule. */
	{ "a/v1/Deployment", "'status':{}", "current", "", NULL },

	/* Job: Flux's rule */
	{ "batch/v1/Job", "'status':{}", "inProgress", "JobNotStarted", NULL },
	{ "batch/v1/Job", "'status':{'startTime':'x','active':1}", "inProgress",
	    "JobInProgress", NULL },
	{ "batch/v1/Job", "'spec':{'suspend':true},'status':{'conditions':7}",
	    "current", "Suspended", NULL },
	{ "batch/v1/Job",
	    GEN "'status':{'observedGeneration':1,'conditions':["
		"{'type':'Complete','status':'True'}]}",
	    "current", "Complete", NULL },
	{ "batch/v1/Job",
	    "'metadata':{'deletionTimestamp':'x'},'status':{'conditions':["
	    "{'type':'Failed','status':'True','reason':"
	    "'BackoffLimitExceeded'}]}",
	    "failed", "BackoffLimitExceeded", NULL },
	{ "batch/v1/Job",
	    "'status':{'conditions':[{'type':'Failed','status':'False'},"
	    "{'type':'FailureTarget','status':'True'}]}",
	    "inProgress", "FailureTarget", NULL },
	{ "batch/v1/Job",
	    "'status':{'conditions':[{'type':'SuccessCriteriaMet','status':"
	    "'True'}]}",
	    "inProgress", "SuccessCriteriaMet", NULL },
	{ "batch/v1/Job", "'status':{'conditions':[1]}", "unknown", "Malformed",
	    NULL },
};

static jv
object_of(const struct row *row)
{
	const char *slash = strrchr(row->kind, '/');
	struct buf text = BUF_INIT, err = BUF_INIT;
	jv object;
	char *p;

	buf_addf(&text, "{'apiVersion':'%.*s','kind':'%s',%s}",
	    (int)(slash - row->kind), row->kind, slash + 1, row->fields);
	for (p = text.s; *p; p++)
		if (*p == '\'')
			*p = '"';
	object = json_parse(text.s, text.len, &err);
	if (!jv_is_valid(object))
		fail_msg("%s: %s", text.s, err.s);
	buf_release(&text);
	return object;
}

static void
check(const struct row *row, bool strict)
{
	struct health_options options = { .strict = strict };
	struct health h = HEALTH_INIT;
	jv object = object_of(row);
	const char *want = strict && row->strict ? row->strict : row->status;

	assert_true(timestamp_parse("2026-11-21T00:00:09Z", &options.now));
	health_judge(&object, &options, &h);
	if (strcmp(health_status_name(h.status), want) != 0)
		fail_msg("%s {%s}: %s (%s), not %s", row->kind, row->fields,
		    health_status_name(h.status), buf_str(&h.reason), want);
	if (want == row->status)
		assert_string_equal(buf_str(&h.reason), row->reason);
	health_release(&h);
	jv_free(object);
}

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check(&rows[i], false);
		check(&rows[i], true);
	}
}

static void
test_missing_status(void **state)
{
	struct health_options options = { .has_status = true };
	struct health h = HEALTH_INIT;
	struct row row = { "a/v1/Thing", "'spec':{}", NULL, NULL, NULL };
	jv object = object_of(&row);

	(void)state;
	health_judge(&object, &options, &h);
	assert_int_equal(h.status, HEALTH_IN_PROGRESS);
	assert_string_equal(buf_str(&h.reason), "NoStatus");
	options.strict = true;
	health_judge(&object, &options, &h);
	assert_int_equal(h.status, HEALTH_CURRENT);
	health_release(&h);
	jv_free(object);
}

static void
test_timestamps(void **state)
{
	static const struct {
		const char *text;
		long long ms;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2000-02-29T12:00:00Z", 951825600000 },
		{ "2026-11-21T04:05:06.789Z", 1795233906789 },
		{ "2026-11-21T06:05:06.789123+02:00", 1795233906789 },
		{ "1969-12-31T23:59:59-01:30", 5399000 },
	};
	static const char *const bad[] = { "", "2026", "2026-02-29T00:00:00Z",
		"2026-11-21T04:05:06", "2026-11-21 04:05:06Z",
		"2026-11-21T24:00:00Z", "2026-11-21T04:05:06.Z",
		"2026-11-21T04:05:06Zx" };
	long long ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_true(timestamp_parse(good[i].text, &ms));
		assert_int_equal(ms, good[i].ms);
	}
	assert_false(timestamp_parse(NULL, &ms));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(timestamp_parse(bad[i], &ms));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_missing_status),
		cmocka_unit_test(test_timestamps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
