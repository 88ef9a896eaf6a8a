// Sorts a table by the column whose head is pressed. Without it the page is the same, unsorted.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((head, column) => {
    const key = (row) => {
      const cell = row.cells[column];
      return cell.dataset.n === undefined ? cell.textContent : Number(cell.dataset.n);
    };
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row, i) => [key(row), i, row]);
      rows.sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : i - j));
      if (down) rows.reverse();
      body.append(...rows.map((row) => row[2]));
    });
  });
}
