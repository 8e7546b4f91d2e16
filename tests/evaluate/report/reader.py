"""What a test sees of a page: elements with their attributes, texts, and whether every element is closed."""

from html.parser import HTMLParser

VOID = {"meta", "br", "input", "img", "hr", "link"}


class Reader(HTMLParser):
    """Reads a page: elements with attributes, text by element, and whether every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.faults: list[str] = []
        self.feed(page)
        self.close()
        self.faults += [f"{name} is left open" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if "script" not in self.open and "style" not in self.open:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        """The ids of all elements, in order."""
        return [str(attributes["id"]) for _, attributes in self.elements if attributes.get("id")]

    @property
    def links(self) -> list[str]:
        """Where the links of the page lead."""
        return [str(attributes["href"]) for attributes in self.all("a")]

    @property
    def tags(self) -> list[str]:
        """The names of all elements, in order."""
        return [name for name, _ in self.elements]
