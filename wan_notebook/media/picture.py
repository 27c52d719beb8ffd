"""What the header of a picture says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """Size and transparency of a picture.

    Attributes:
        width, height: pixels as stored.
        alpha: the format carries transparency.
        orientation: how to turn it for display, as Exif numbers it: 1 as stored, 3 upside down, 6 a quarter
            turn clockwise, 8 counter-clockwise; 2, 4, 5, 7 the same mirrored.
        unshown: written in a way that PyAV does not show.
    """

    width: int
    height: int
    alpha: bool = False
    orientation: int = 1
    unshown: bool = False

    @property
    def displayed(self) -> tuple[int, int]:
        """Width and height as displayed."""
        on_its_side = self.orientation in {5, 6, 7, 8}
        return (self.height, self.width) if on_its_side else (self.width, self.height)
