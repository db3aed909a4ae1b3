#ifndef POUNDLOCK_WHEN_H
#define POUNDLOCK_WHEN_H

#include <stdbool.h>

#include <jv.h>

/*
 * The conditions in the table of immutable fields: whether a rule holds for a
 * change.  Nobody but the table includes it.
 */

/* What a condition looks at: both objects, and the rule's field in both. */
struct change {
	const jv *from, *to;
	jv a, b;
};

typedef bool condition_fn(const struct change *c);

bool when_always(const struct change *c);
bool when_was_absent(const struct change *c);
bool when_was_immutable(const struct change *c);

/* --- Jobs --------------------------------------------------------------- */

bool when_scheduling_is_open(const struct change *c);
bool when_labels_are_open(const struct change *c);
bool when_only_node_affinity(const struct change *c);
bool when_completions_are_fixed(const struct change *c);
bool when_completions_follow(const struct change *c);

/* --- Services ----------------------------------------------------------- */

bool when_address_is_kept(const struct change *c);
bool when_first_family_changes(const struct change *c);
bool when_stays_load_balancer(const struct change *c);
bool when_health_port_is_kept(const struct change *c);

/* --- storage and Pods --------------------------------------------------- */

bool when_bound(const struct change *c);
bool when_storage_grows(const struct change *c);
bool when_source_stays(const struct change *c);
bool when_deadline_shortens(const struct change *c);
bool when_gated_selector_grows(const struct change *c);
bool when_gated_affinity_narrows(const struct change *c);
bool when_list_only_grows(const struct change *c);
bool when_list_only_shrinks(const struct change *c);

#endif
