#ifndef RT_SERVICE_RULES_H
#define RT_SERVICE_RULES_H

#include "service/service.h"

/* Puts the defaults where zero and NULL stand. */
void rt_service_rules_complete(struct rt_service_rules *rules, rt_engine *engine);

#endif
