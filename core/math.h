#ifndef RT_CORE_MATH_H
#define RT_CORE_MATH_H

#include "base/buf.h"
#include "core/dom.h"

/* The formula that stands at the node: a <math>, a <script type="math/tex">, or the hidden <math>
 * inside the wrapper that MediaWiki puts round it.  NULL for any other node. */
rt_node *rt_math_at(rt_node *node);

/* The formula as TeX on one line: its annotation or alttext where it has one, else what its
 * MathML says.  *display: it stands in a line of its own. */
void rt_math_write(rt_node *formula, struct rt_buf *out, bool *display);

#endif
