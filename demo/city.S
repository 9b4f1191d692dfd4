    .section .rodata
    .global LINDHAFEN_CITY
    .global LINDHAFEN_CITY_END
    .balign 16
LINDHAFEN_CITY:
    .incbin "city.json"
LINDHAFEN_CITY_END:
    .byte 0
    .section .note.GNU-stack, "", %progbits
