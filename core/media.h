#ifndef RT_CORE_MEDIA_H
#define RT_CORE_MEDIA_H

#include "core/page.h"
#include "core/url.h"

/* Images (src, lazy data-src forms, largest of srcset, picture), video, audio and their sources,
 * og:image: absolute, no data:, document order, no repeats.  images: how many of them are images.
 * False where the arena gave out. */
bool rt_media_find(const struct rt_page *page, struct rt_url_resolver *resolver, rt_str_list *out,
                   uint32_t *images);

/* The best address of an <img>, as it stands in the page: largest of srcset and of the <picture>
 * round it, lazy forms before placeholders.  Absent where there is none, or only data:. */
rt_str rt_media_image(const rt_node *img);

#endif
