"""The IPython extension: `%%wan` makes a video, `%wan` looks things up; both thin, on top of `public`.

    %load_ext wan_notebook

    %%wan wan2.7-t2v --duration 5 --resolution 720P
    A fox in the snow

IPython is imported here and nowhere above: importing the package stays cheap.
"""

from wan_notebook.magics.extension import load, unload

__all__ = ["load", "unload"]
