"""Pictures: gate report, overview and review, as Markdown, HTML, SVG and spreadsheet."""
