// The phone's menu and the saving of pictures. Everything else is drawn by the server's figures.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  shell: {
    toggle: (opened, navbar) => ({ ...navbar, collapsed: { mobile: !opened } }),
    close: () => false,
  },
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".save-picture");
  if (!button) return;
  const chart = document.querySelector(`#${button.dataset.chart} .js-plotly-plot`);
  if (!chart || !window.Plotly) return;
  const heading = document.querySelector("h1");
  const source = document.querySelector(".source");
  const dark = document.documentElement.dataset.mantineColorScheme === "dark";
  const layout = {
    ...chart.layout,
    paper_bgcolor: dark ? "#0f172a" : "#ffffff",
    font: { ...chart.layout.font, color: dark ? "#e2e8f0" : "#0f172a" },
    title: { text: heading ? heading.textContent : "", font: { size: 15 }, automargin: true },
    margin: { ...chart.layout.margin, t: 72, b: 88 },
    height: chart.layout.height + 116,
    annotations: [
      ...(chart.layout.annotations || []),
      {
        text: source ? source.textContent.replace(/(.{90}\S*)\s/g, "$1<br>") : "",
        xref: "paper", yref: "paper", x: 0, y: 0, yshift: -44, xanchor: "left", yanchor: "top",
        align: "left", showarrow: false, font: { size: 11 },
      },
    ],
  };
  window.Plotly.downloadImage(
    { data: chart.data, layout },
    { format: "svg", width: 900, height: layout.height, filename: "regiespiegel" },
  );
});
