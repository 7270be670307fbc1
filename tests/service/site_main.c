/* A web server for tests of the program, on 127.0.0.1: prints its port, ends with its input.
 *   /, /tides, /page  a page; /slow the same after a second; /hang nothing; /private what
 * robots.txt forbids; everything else is not there */
#include "net/site.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char page[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"
    "<!doctype html><html lang=en><title>Tides</title><article><h1>Tides</h1><p>The tide comes in "
    "twice a day, and goes out twice a day, since the earth turns under the bulges that the moon "
    "raises.</p></article></html>";

static void answer(struct site *site, int fd, const char *head)
{
    char path[64];
    site_path(head, path, sizeof path);
    if (strcmp(path, "/hang") == 0)
        site_hang(site, fd);
    if (strcmp(path, "/slow") == 0)
        nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
    static const char *const pages[] = { "/", "/tides", "/page", "/slow" };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(path, pages[i]) == 0) {
            site_say(fd, page);
            return;
        }
    if (strcmp(path, "/robots.txt") == 0)
        site_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
                     "User-agent: *\nDisallow: /private\n");
    else
        site_say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

int main(void)
{
    struct site site;
    site_start(&site, answer, NULL);
    printf("%u\n", site.port);
    fflush(stdout);
    while (getchar() != EOF)
        ;
    site_stop(&site);
    return 0;
}
