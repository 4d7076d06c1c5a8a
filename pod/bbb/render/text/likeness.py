"""How packaged fonts are bent towards the two faces of tldraw that no package has.

Lengths are in em. Heights, boldness and slant are those at which the letters
cover the player's best (the packaged font's and the player's were laid over one
another letter by letter); the widths are the advance widths of the player's
font, so that lines break and letters stand where they do there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.text import fits, kerning
from pod.bbb.render.text.kerning import Kerning

_ASCII: Final = "".join(map(chr, range(32, 127)))
_LATIN: Final = "".join(map(chr, (*range(161, 173), *range(174, 256)))) + "ŒœŸ–—‘’“”…€"
_MORE: Final = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω∂∆∏∑−√∞∫≈≠≤≥←↑→↓↔"

_SMALL: Final[Matrix] = 1.0, 0.0, 0.0, 0.72, 0.0, 0.0  # a capital as high as small letters


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a font is bent towards another one that it stands for."""

    higher: float = 1.0
    bolder: float = 0.0
    slant: float = 0.0  # to the right
    ascent: float = 0.0
    descent: float = 0.0
    widths: Mapping[str, float] = field(default_factory=dict)  # of characters
    kerning: Kerning = field(default_factory=dict)
    # of characters: what is done last to their outlines
    fits: Mapping[str, Matrix] = field(default_factory=dict)
    # of characters of another form there: the one that is drawn instead, before it is bent
    alike: Mapping[str, str] = field(default_factory=dict)


def _widths(ascii_: str, latin: str, more: str = "") -> dict[str, float]:
    """The advance widths of the characters above from thousandths of an em."""
    numbers = [int(word) / 1000 for word in f"{ascii_} {latin} {more}".split()]
    characters = _ASCII + _LATIN + (_MORE if more else "")
    return {c: width for c, width in zip(characters, numbers, strict=True) if width}


def _named(table: str) -> dict[str, float]:
    """The advance widths that a table says: each character, then its width in thousandths of an em."""
    return {entry[0]: int(entry[1:]) / 1000 for entry in table.split()}


SHANTELL_SANS: Final = Likeness(
    higher=0.9,
    bolder=0.06,
    ascent=1.02,
    descent=0.32,
    kerning=kerning.SHANTELL_SANS,
    fits=fits.SHANTELL_SANS,
    widths=_widths(
        """
        343 291 496 977 700 959 668 272 468 451 502 700 287 507 293 405 700 442 700 700 700 621 700 700
        700 700 300 299 700 700 700 501 894 753 611 614 691 651 580 786 723 558 622 670 544 1004 782 733
        612 753 722 566 621 679 694 982 658 615 628 489 405 489 610 700 354 663 612 521 671 589 390 637
        654 299 283 626 332 895 647 635 586 612 516 516 470 617 590 893 555 599 616 537 319 537 700
        """,
        """
        291 584 700 700 700 331 586 594 951 626 664 700 857 484 590 700 500 500 284 700 842 325 594 500
        542 664 1316 1316 1316 392 753 753 753 753 753 753 1083 614 651 651 651 651 558 558 558 558 705
        782 733 733 733 733 733 700 750 679 679 679 679 615 619 677 663 663 663 663 663 663 907 521 589
        589 589 589 299 299 299 299 616 647 635 635 635 635 635 700 647 617 617 617 617 599 621 599 1208
        1005 615 700 1000 247 259 525 529 848 700
        """,
    ),
)
# What the font that stands for Shantell Sans lacks of it: Cyrillic, Vietnamese, mathematical signs.
SHANTELL_MORE: Final = Likeness(
    higher=0.93,
    bolder=0.045,
    alike={"т": "Т", "д": "Д"},
    fits={"т": _SMALL, "д": _SMALL},
    ascent=1.02,
    descent=0.32,
    widths=_named(
        """
        Ѐ651 Ё651 Ђ778 Ѓ560 Є620 Ѕ566 І558 Ї558 Ј622 Љ1032 Њ1040 Ћ786 Ќ670 Ѝ726 Ў630 Џ705 А753 Б669 В611
        Г560 Д791 Е651 Ж907 З602 И726 Й726 К670 Л695 М1016 Н723 О733 П677 Р612 С614 Т621 У630 Ф910 Х658 Ц723
        Ч649 Ш964 Щ1025 Ъ723 Ы874 Ь635 Э637 Ю955 Я630 а663 б613 в549 г487 д677 е589 ж811 з522 и681 й681 к596
        л590 м815 н627 о635 п612 р586 с521 т570 у599 ф808 х555 ц658 ч571 ш910 щ945 ъ618 ы770 ь536 э554 ю880
        я577 ѐ589 ё589 ђ631 ѓ487 є532 ѕ516 і299 ї299 ј283 љ840 њ885 ћ673 ќ596 ѝ681 ў599 џ614 Ґ545 ґ486 Ғ570
        ғ507 Қ669 қ621 Ң771 ң701 Ү592 ү548 Ұ592 ұ548 Һ675 һ654 Ә698 ә584 Ө744 ө642 Ā753 ā663 Ă753 ă663 Ą753
        ą663 Ć614 ć521 Ĉ614 ĉ521 Ċ614 ċ521 Č614 č521 Ď691 ď671 Đ705 đ666 Ē651 ē589 Ĕ651 ĕ589 Ė651 ė589 Ę651
        ę589 Ě651 ě589 Ĝ786 ĝ637 Ğ786 ğ637 Ġ786 ġ637 Ģ786 ģ637 Ĥ723 ĥ654 Ħ723 ħ661 Ĩ558 ĩ299 Ī558 ī299 Ĭ558
        ĭ299 Į558 į299 İ558 ı299 Ĳ691 ĳ588 Ĵ622 ĵ283 Ķ670 ķ626 ĸ626 Ĺ544 ĺ332 Ļ544 ļ332 Ľ544 ľ435 Ŀ544 ŀ423
        Ł550 ł383 Ń782 ń647 Ņ782 ņ647 Ň782 ň647 Ŋ784 ŋ628 Ō733 ō635 Ŏ733 ŏ635 Ő733 ő635 Œ1208 œ1005 Ŕ722
        ŕ516 Ŗ722 ŗ516 Ř722 ř516 Ś566 ś516 Ŝ566 ŝ516 Ş566 ş516 Š566 š516 Ţ621 ţ470 Ť621 ť479 Ŧ634 ŧ479 Ũ679
        ũ617 Ū679 ū617 Ŭ679 ŭ617 Ů679 ů617 Ű679 ű617 Ų679 ų617 Ŵ982 ŵ893 Ŷ615 ŷ599 Ÿ615 Ź628 ź616 Ż628 ż616
        Ž628 ž616 Ơ744 ơ646 Ư776 ư695 Ạ753 ạ663 Ả753 ả663 Ấ753 ấ663 Ầ753 ầ663 Ẩ753 ẩ663 Ẫ753 ẫ663 Ậ753 ậ663
        Ắ753 ắ663 Ằ753 ằ663 Ẳ753 ẳ663 Ẵ753 ẵ663 Ặ753 ặ663 Ẹ651 ẹ589 Ẻ651 ẻ589 Ẽ651 ẽ589 Ế651 ế589 Ề651 ề589
        Ể651 ể589 Ễ651 ễ589 Ệ651 ệ589 Ỉ558 ỉ299 Ị558 ị299 Ọ733 ọ635 Ỏ733 ỏ635 Ố733 ố635 Ồ733 ồ635 Ổ733 ổ635
        Ỗ733 ỗ635 Ộ733 ộ635 Ớ744 ớ646 Ờ744 ờ646 Ở744 ở646 Ỡ744 ỡ646 Ợ744 ợ646 Ụ679 ụ617 Ủ679 ủ617 Ứ776 ứ695
        Ừ776 ừ695 Ử776 ử695 Ữ776 ữ695 Ự776 ự695 Ỳ615 ỳ599 Ỵ615 ỵ599 Ỷ615 ỷ599 Ỹ615 ỹ599 ∑700 √700 ∞900 ≈700
        ≠700 ≤700 ≥700 ←700 ↑700 →700 ↓700 ↔1100 ∂700 ∆700 ∏700 ∫457 −700 π700 Ω859
        """
    ),
)
CAVEAT_BRUSH: Final = Likeness(
    higher=0.82,
    bolder=0.01,
    slant=-0.05,
    ascent=0.96,
    descent=0.3,
    kerning=kerning.CAVEAT_BRUSH,
    fits=fits.CAVEAT_BRUSH,
    widths=_widths(
        """
        212 221 350 553 432 803 490 190 283 301 366 516 203 407 200 279 447 348 416 426 460 440 470 394
        454 462 207 214 516 383 516 439 645 467 482 443 534 401 470 520 553 380 412 496 362 675 536 488
        466 485 493 432 477 508 474 660 507 457 496 283 279 301 482 640 313 431 432 360 436 380 327 401
        426 227 235 416 240 588 444 383 436 438 340 340 349 439 387 527 405 411 408 283 252 301 516
        """,
        """
        221 383 362 572 474 252 368 436 572 435 556 640 428 444 403 516 343 343 313 460 520 200 321 298
        395 556 803 803 803 439 467 467 467 467 467 467 648 443 401 401 401 401 380 380 380 380 534 536
        488 488 488 488 488 516 488 508 508 508 508 457 466 500 431 431 431 431 431 431 571 360 380 380
        380 380 227 227 227 227 383 444 383 383 383 383 383 516 383 439 439 439 439 411 419 411 706 633
        0 640 780 200 219 344 374 570 443
        """,
    ),
)
# What a text is measured with while the player loads its font: the usual serif. Only its widths are used.
TIMES: Final = Likeness(
    widths=_widths(
        """
        250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500
        500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722
        556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500
        500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480 200 480 541
        """,
        """
        333 500 500 500 500 200 500 333 760 276 500 564 760 500 400 549 300 300 333 576 453 250 333 300
        310 500 750 750 750 444 722 722 722 722 722 722 889 667 611 611 611 611 333 333 333 333 722 722
        722 722 722 722 722 564 722 722 722 722 722 722 556 500 444 444 444 444 444 444 667 444 444 444
        444 444 278 278 278 278 500 500 500 500 500 500 500 549 500 500 500 500 500 500 500 500 889 722
        722 500 1000 333 333 444 444 1000 500
        """,
        """
        722 667 578 643 611 611 722 722 333 722 725 889 722 643 722 722 556 582 611 722 731 722 738 743
        524 509 442 471 420 414 523 479 269 504 485 536 452 446 500 505 499 396 539 402 495 577 444 626 658
        494 612 823 713 564 549 713 274 549 549 549 549 1000 500 1000 500 1000
        """,
    ),
)
