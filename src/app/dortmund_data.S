/* The files of demo/dortmund/ and the @contexts that they need, as they are. */
    .section .rodata
#define FILE(name, path)                                                                           \
    .global name;                                                                                  \
    name: .incbin path;                                                                            \
    .global name##_end;                                                                            \
    name##_end: .byte 0

    FILE(dortmund_places, "parking-places.geojson")
    FILE(dortmund_places_map, "parking-places.json")
    FILE(dortmund_series_map, "parking-series.json")
    FILE(dortmund_stops, "stops-data.json")
    FILE(dortmund_stops_map, "stops.json")
    FILE(dortmund_parking_context, "sdm-context-Parking.jsonld")
    FILE(dortmund_city_context, "smart-data-models-context.jsonld")

    .section .note.GNU-stack, "", %progbits
