"""Where it is: boundaries, coordinate reference systems, raster layers and maps."""
