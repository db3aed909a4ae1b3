/* The server refused to change an object that nobody has compared. */
#include "apply/impl.h"

bool
item_judge(struct item *item)
{
	item->judged = true;
	return false;
}
