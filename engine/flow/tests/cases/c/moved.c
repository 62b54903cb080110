static void drop_moved(char *text) {
    for (; *text != 0; text++)
        if (*text == ':')
            break;
    drop_room(text);
}

static void drop_start(char *text) {
    char *at = text;
    for (; *at != 0; at++) {
    }
    drop_room(text);
}

void weak(void) {
    char *line = make_room(8);
    if (line == 0)
        return;
    fill_bytes(line, 1, 8);
    drop_moved(line); // flow: free-inside
}

void sound(void) {
    char *line = make_room(8);
    if (line == 0)
        return;
    fill_bytes(line, 1, 8);
    drop_start(line);
}
