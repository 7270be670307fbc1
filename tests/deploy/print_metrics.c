/* print_metrics text|openmetrics: what a scrape of a registry reads in which everything happened.
 */
#include "../host/touch_metrics.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    rt_metrics_format format =
        argc == 2 && strcmp(argv[1], "openmetrics") == 0 ? RT_METRICS_OPENMETRICS : RT_METRICS_TEXT;
    struct rt_metrics *metrics = rt_metrics_open(&rt_alloc_heap, "default");
    rt_text text = { NULL, 0 };
    rt_error err = { RT_NO_MEMORY, "no memory for the registry" };
    if (metrics)
        touch_every_series(metrics);
    if (!metrics || rt_metrics_write(metrics, format, &rt_alloc_heap, &text, &err) != RT_OK) {
        fprintf(stderr, "print_metrics: %s\n", err.message);
        return 1;
    }
    fwrite(text.at, 1, text.len, stdout);
    rt_text_free(&text);
    rt_metrics_close(metrics);
    return 0;
}
