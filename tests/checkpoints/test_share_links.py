import pytest

from cnnscope.checkpoints.share_links import direct_address, shown

DRIVE = "https://drive.usercontent.google.com/download?id=1aB-_9&export=download&confirm=t"


@pytest.mark.parametrize(
    ("link", "direct"),
    [
        ("https://drive.google.com/file/d/1aB-_9/view?usp=sharing", DRIVE),
        ("https://drive.google.com/file/u/0/d/1aB-_9/edit", DRIVE),
        ("https://drive.google.com/open?id=1aB-_9", DRIVE),
        ("https://drive.google.com/uc?export=download&id=1aB-_9", DRIVE),
        ("https://docs.google.com/uc?id=1aB-_9", DRIVE),
        (DRIVE, DRIVE),
        (
            "https://drive.google.com/file/d/1aB-_9/view?resourcekey=0-k",
            f"{DRIVE}&resourcekey=0-k",
        ),
        ("https://www.dropbox.com/s/k/w.pth?dl=0", "https://www.dropbox.com/s/k/w.pth?dl=1"),
        ("https://www.dropbox.com/s/k/w.pth", "https://www.dropbox.com/s/k/w.pth?dl=1"),
        (
            "https://www.dropbox.com/scl/fi/k/w.pth?rlkey=r&raw=1",
            "https://www.dropbox.com/scl/fi/k/w.pth?rlkey=r&dl=1",
        ),
        ("https://example.org/w.pth?dl=0", "https://example.org/w.pth?dl=0"),
        (
            "https://example.org/drive.google.com/open?id=1",
            "https://example.org/drive.google.com/open?id=1",
        ),
    ],
)
def test_share_links_lead_to_the_file(link, direct):
    assert direct_address(link) == direct


@pytest.mark.parametrize(
    "link",
    [
        "https://drive.google.com/drive/folders/1aB?usp=sharing",
        "https://drive.google.com/drive/u/0/folders/1aB?id=2",
        "https://docs.google.com/document/d/1aB/edit",
    ],
)
def test_a_link_to_no_file_is_refused(get, link):
    assert "is no link to one file" in get.fails(link)


def test_what_is_shown_of_an_address():
    assert shown("https://me:word@host:8/a/b.pth?token=1#x") == "https://host:8/a/b.pth"
    assert shown("data/my #1 weights?.pth") == "data/my #1 weights?.pth"
