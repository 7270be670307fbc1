/* A web server for test_serve.sh, on 127.0.0.1: prints its port, ends with its input.
 *   /page   a page; /slow the same after a second; /hang nothing; /robots.txt is not there */
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
    if (strcmp(path, "/page") == 0 || strcmp(path, "/slow") == 0)
        site_say(fd, page);
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
