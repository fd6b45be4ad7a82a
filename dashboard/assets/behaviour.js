/* What only a browser can do: follow links, name the language, move the focus, save a picture, print. */
(function () {
  "use strict";
  var root = document.documentElement;
  var seen = null;
  var PATIENCE = 300; // milliseconds in which nothing says that a page is coming
  var waiting = 0;
  var SCHEME = "regiespiegel-scheme";
  var wanted = ""; // where somebody wanted to go when there was no connection

  /* The page holds what Dash asks first, so that Dash need not ask: each once, for this address. */
  var told = JSON.parse((document.getElementById("told") || { textContent: "{}" }).textContent);
  var toldFor = location.pathname + location.search;
  var ask = window.fetch.bind(window);

  function toldAnswer(name, options) {
    var found = told[name];
    if (!found) return null;
    delete told[name];
    if (name === "_dash-update-component") {
      var asked = {};
      JSON.parse(options.body).inputs.forEach(function (one) { asked[one.property] = one.value; });
      if (asked.pathname + asked.search !== toldFor) return null;
    }
    return new Response(JSON.stringify(found), { headers: { "Content-Type": "application/json" } });
  }

  window.fetch = function (resource, options) {
    var name = String(resource && resource.url || resource).split("?")[0].split("/").pop();
    var known = toldAnswer(name, options);
    if (known) return Promise.resolve(known);
    if (name !== "_dash-update-component") return ask(resource, options);
    expect();
    return ask(resource, options).then(function (answer) {
      // Who is no longer signed in goes to where one signs in, and from there back here.
      if (answer.status === 401) location.reload();
      else if (!answer.ok) trouble("failed");
      else calm();
      return answer;
    }, function (error) {
      trouble("offline");
      throw error;
    });
  };

  /* Waiting: nothing changes at first, then a line on top; the old page stays all the while. */
  function say(kind) {
    var words = told.words || {};
    return (words[root.lang] || words.nl || {})[kind] || "";
  }

  function expect() {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      root.setAttribute("data-waiting", "");
      document.getElementById("waiting").textContent = say("waiting");
    }, PATIENCE);
  }

  function settle() {
    clearTimeout(waiting);
    root.removeAttribute("data-waiting");
    document.getElementById("waiting").textContent = "";
  }

  function calm() {
    settle();
    document.getElementById("trouble").textContent = "";
  }

  function trouble(kind) {
    settle();
    var place = document.getElementById("trouble");
    place.textContent = "";
    place.appendChild(document.createElement("span")).textContent = say(kind);
    var button = place.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = say("retry");
    button.addEventListener("click", again);
  }

  // A new page only once the server answers: without a line the browser's own error would come.
  function again() {
    ask("/health").then(function () {
      if (wanted && wanted !== location.href) location.assign(wanted);
      else location.reload();
    }, function () { trouble("offline"); });
  }

  window.addEventListener("online", function () {
    if (document.getElementById("trouble").textContent) again();
  });

  /* The first HTML stands until Dash has drawn the same, unseen; then they change places at once. */
  function takeOver() {
    var first = document.getElementById("first");
    var entry = document.getElementById("react-entry-point");
    if (!first || !entry) return;
    var view = entry.querySelector("[data-view]");
    if (!view) return;
    var pictures = Array.prototype.slice.call(view.querySelectorAll(".dash-graph"));
    if (!pictures.every(function (one) { return one.querySelector(".main-svg"); })) return;
    var held = places(first).indexOf(document.activeElement);
    var folds = first.querySelectorAll("details");
    entry.querySelectorAll("details").forEach(function (one, place) {
      if (folds[place]) one.open = folds[place].open;
    });
    var height = window.scrollY;
    first.remove();
    window.scrollTo({ top: height, behavior: "instant" });
    menu(root.hasAttribute("data-menu"));
    var target = held >= 0 && places(entry)[held];
    if (target) target.focus({ preventScroll: true });
  }

  function places(part) {
    return Array.prototype.slice.call(part.querySelectorAll("a, button, summary, [tabindex]"));
  }

  function follow() {
    tuck();
    var view = document.querySelector("[data-view]");
    if (!view || view.dataset.view === seen) return;
    settle();
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
      if (part.matches(".spare")) return;
      part.open = !isNarrow;
      if (part.matches(".tuck")) part.querySelector("summary").tabIndex = isNarrow ? 0 : -1;
    });
  }

  // The browser looks for the part of an address after # before the page is there.
  function goTo(view, name) {
    var target = name && view.querySelector("#" + CSS.escape(decodeURIComponent(name)));
    if (!target) return false;
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

  /* Plotly draws at the width of the window; paper is narrower, and cuts off what is wider. */
  var PAPER = { width: 670, height: 960 }; // pixels of a sheet of A4 that a picture may take
  function onPaper(isPaper) {
    if (!window.Plotly) return;
    document.querySelectorAll(".js-plotly-plot").forEach(function (one) {
      // Its frame gets the height too: a browser that lays out anew for paper makes plotly fill it.
      var frame = one.closest(".dash-graph");
      if (isPaper && !frame.dataset.height) frame.dataset.height = frame.style.height;
      var height = Math.min(parseFloat(frame.dataset.height), PAPER.height);
      frame.style.height = isPaper ? height + "px" : frame.dataset.height;
      if (!isPaper) delete frame.dataset.height;
      window.Plotly.relayout(one, isPaper
        ? { autosize: false, width: PAPER.width, height: height }
        : { autosize: true, width: null, height: null });
    });
  }
  // Paper cannot be opened: what is folded is printed too, and folds again afterwards.
  function unfold(isPaper) {
    var closed = isPaper ? "details:not([open])" : "details[data-printed]";
    document.querySelectorAll(closed).forEach(function (one) {
      one.open = isPaper;
      one.toggleAttribute("data-printed", isPaper);
    });
  }
  window.addEventListener("beforeprint", function () { unfold(true); onPaper(true); });
  window.addEventListener("afterprint", function () { onPaper(false); unfold(false); });

  function menu(isOpen) {
    root.toggleAttribute("data-menu", isOpen);
    document.querySelectorAll(".burger").forEach(function (one) {
      one.setAttribute("aria-expanded", String(isOpen));
    });
  }

  function isDark() {
    var chosen = root.dataset.scheme;
    return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  // Kept in a cookie, so that the server writes it in the first line and no page flashes white.
  function changeTheme() {
    root.dataset.scheme = isDark() ? "light" : "dark";
    document.cookie = SCHEME + "=" + root.dataset.scheme + "; path=/; max-age=31536000; samesite=lax";
  }

  // A link to another view is followed without a new page, once Dash is there to show it.
  function goInside(event, link) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return;
    if (!navigator.onLine) {
      event.preventDefault();
      wanted = link.href;
      trouble("offline");
      return;
    }
    if (document.getElementById("first")) return;
    event.preventDefault();
    menu(false);
    if (link.href === location.href) return;
    window.history.pushState({}, "", link.href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-inside]");
    if (link) goInside(event, link);
    var button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.picture) picture(button);
    if (button.dataset.print) window.print();
    if (button.dataset.themeSwitch) changeTheme();
    if (button.classList.contains("burger")) menu(!root.hasAttribute("data-menu"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !root.hasAttribute("data-menu")) return;
    menu(false);
    var burger = document.querySelector("#react-entry-point .burger, .burger");
    if (burger) burger.focus();
  });

  // A page is remembered without the session's token; the cookie has it.
  document.addEventListener("submit", function (event) {
    var field = event.target.querySelector("input[name=csrf]");
    var found = /regiespiegel-csrf=([^;]+)/.exec(document.cookie);
    if (field && !field.value && found) field.value = decodeURIComponent(found[1]);
  });

  follow();
  new MutationObserver(function () { follow(); takeOver(); })
    .observe(root, { childList: true, subtree: true });
})();
