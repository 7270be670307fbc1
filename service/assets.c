/* The static answers: the page at / and the description of the interface. */
#include "service/routes.h"

#include "service_assets.h"

extern const char rt_page_text[], rt_openapi_text[]; /* assets_text.S */

const struct rt_asset rt_asset_page = { "text/html; charset=utf-8",
                                        { rt_page_text, RT_PAGE_BYTES },
                                        RT_PAGE_POLICY };
const struct rt_asset rt_asset_openapi = { "application/json",
                                           { rt_openapi_text, RT_OPENAPI_BYTES },
                                           NULL };
