/* An object that is not in the state in which it was compared. */
#include "apply/impl.h"

void
item_recheck(struct item *item)
{
	item_fail(item, STATUS_REFUSED, "Changed",
	    "changed since the plan was made; make a new plan", 0);
}
