/* What only a browser can do: name the language, move the focus, save a picture, print. */
(function () {
  "use strict";
  var seen = null;

  function follow() {
    tuck();
    var view = document.querySelector("[data-view]");
    if (!view || view.dataset.view === seen) return;
    var isFirst = seen === null;
    seen = view.dataset.view;
    document.documentElement.lang = view.dataset.lang;
    document.title = view.dataset.title;
    if (goTo(view, location.hash.slice(1))) return;
    if (isFirst) return;
    // A new page is announced by its finding; without this a screen reader hears nothing.
    var heading = view.querySelector("h1");
    if (heading) heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  // A phone starts with the headings of a long page and folded tables; on a wide screen the
  // headings are no buttons at all. Each part once: what somebody opens stays open.
  function tuck() {
    var isNarrow = window.innerWidth <= 600;
    document.querySelectorAll(".tuck:not([data-met]), .roomy:not([data-met])").forEach(function (part) {
      part.dataset.met = "yes";
      part.open = !isNarrow;
      if (part.matches(".tuck")) part.querySelector("summary").tabIndex = isNarrow ? 0 : -1;
    });
  }

  // The browser looks for the part of an address after # before the page is there.
  function goTo(view, name) {
    var target = name && document.getElementById(decodeURIComponent(name));
    if (!target || !view.contains(target)) return false;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
    return true;
  }

  function sourceText(sheet) {
    var lines = sheet.querySelectorAll(".source, .synthetic");
    return Array.prototype.map.call(lines, function (line) { return line.textContent; }).join("<br>");
  }

  function wrapped(text, width) {
    return text.split("<br>").map(function (line) {
      var rows = [""];
      line.split(" ").forEach(function (word) {
        if ((rows[rows.length - 1] + " " + word).length > width) rows.push("");
        rows[rows.length - 1] = (rows[rows.length - 1] + " " + word).trim();
      });
      return rows.join("<br>");
    }).join("<br>");
  }

  function picture(button) {
    var sheet = button.closest("[data-view]");
    var drawn = button.closest(".chart").querySelector(".js-plotly-plot");
    if (!sheet || !drawn || !window.Plotly) return;
    var width = 1000;
    var old = drawn.layout;
    var part = button.closest(".part").querySelector("h2");
    var title = wrapped(sheet.querySelector("h1").textContent, 90);
    if (part) title += "<br>" + part.textContent;
    var key = button.closest(".chart").querySelectorAll(".key li");
    var words = Array.prototype.map.call(key, function (one) { return one.textContent; }).join(" · ");
    var source = wrapped((words ? words + "<br>" : "") + sourceText(sheet), 150);
    var top = 40 + 24 * title.split("<br>").length;
    var bottom = 72 + 16 * source.split("<br>").length;
    var height = old.height + top + bottom - 60;
    var layout = Object.assign({}, old, {
      width: width, height: height, autosize: false, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff",
      margin: Object.assign({}, old.margin, { t: top, b: bottom, l: 40, r: Math.max(40, old.margin.r) }),
      title: { text: title, x: 0.02, xanchor: "left", y: 1, yanchor: "top", pad: { t: 16 },
               font: { size: 18, color: "#0f172a" } },
      annotations: (old.annotations || []).concat([{
        text: source, xref: "paper", yref: "paper", x: 0, y: 0, yshift: -56, xanchor: "left",
        yanchor: "top", align: "left", showarrow: false, font: { size: 11, color: "#475569" } }])
    });
    var name = "regiespiegel" + location.pathname.replace(/\//g, "-") + (sheet.dataset.view.match(/wave=(\w+)/) || ["", ""])[1];
    window.Plotly.downloadImage({ data: drawn.data, layout: layout },
      { format: "png", width: width, height: height, scale: 2, filename: name });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.picture) picture(button);
    if (button.dataset.print) window.print();
  });

  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.regiespiegel = {
    navbar: function (opened) {
      return { width: 280, breakpoint: "md", collapsed: { mobile: !opened } };
    },
    close: function () { return false; }
  };
})();
