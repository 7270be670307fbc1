/* embed.c - a page through libriptide: prints its title and its Markdown.
 *
 *     cc embed.c $(pkg-config --cflags --libs riptide) -o embed
 *     ./embed tides.html https://tides.example/how-tides-work */
#include <riptide/riptide.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file's bytes, to be freed; at == NULL: errno says why not. */
static rt_text read_file(const char *path)
{
    rt_text file = { NULL, 0 };
    FILE *stream = fopen(path, "rb");
    size_t room = 0;
    while (stream && !feof(stream) && !ferror(stream)) {
        if (file.len == room) {
            char *more = realloc(file.at, room = room * 2 + 65536);
            if (!more)
                break;
            file.at = more;
        }
        file.len += fread(file.at + file.len, 1, room - file.len, stream);
    }
    if (!stream || !feof(stream)) {
        free(file.at);
        file.at = NULL;
    }
    if (stream)
        fclose(stream);
    return file;
}

static rt_status print_page(rt_engine *engine, rt_str bytes, const char *url, rt_error *err)
{
    const rt_str no_charset = { NULL, 0 }; /* a server's Content-Type may name one */
    rt_request request = RT_REQUEST_INIT;
    rt_text html = { NULL, 0 };
    rt_result *result = NULL;

    rt_status status = rt_decode(bytes, no_charset, &html, err);
    if (status == RT_OK) {
        request.html = (rt_str){ html.at, html.len };
        request.url = (rt_str){ url, strlen(url) };
        status = rt_extract(engine, &request, &result, err);
    }
    if (status == RT_OK) {
        const rt_content *content = rt_result_content(result);
        if (content->title.at)
            printf("Title: %.*s\n\n", (int)content->title.len, content->title.at);
        fwrite(content->markdown.at, 1, content->markdown.len, stdout);
        putchar('\n');
    }
    rt_result_free(result);
    rt_text_free(&html);
    return status;
}

int main(int argc, char **argv)
{
    rt_engine *engine = NULL;
    rt_error err;

    if (argc != 3) {
        fprintf(stderr, "usage: %s FILE URL\n", argv[0]);
        return 2;
    }
    rt_text page = read_file(argv[1]);
    if (!page.at) {
        perror(argv[1]);
        return 1;
    }
    rt_status status = rt_engine_open(NULL, &engine, &err); /* once; any thread may use it */
    if (status == RT_OK)
        status = print_page(engine, (rt_str){ page.at, page.len }, argv[2], &err);
    if (status != RT_OK)
        fprintf(stderr, "%s: %s (%s)\n", argv[1], err.message, rt_status_label(status));
    rt_engine_close(engine);
    free(page.at);
    return rt_status_exit_code(status);
}
