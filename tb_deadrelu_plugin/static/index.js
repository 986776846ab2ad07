var e=Symbol.for(`preact-signals`);function t(){if(s>1)s--;else{var e,t=!1;for((function(){var e=d;for(d=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();o!==void 0;){var n=o;for(o=void 0,c++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&g(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(c=0,s--,t)throw e}}function n(e){if(s>0)return e();u=++l,s++;try{return e()}finally{t()}}var r,i=void 0;function a(e){var t=i,n=r;i=void 0,r=void 0;try{return e()}finally{i=t,r=n}}var o=void 0,s=0,c=0,l=0,u=0,d=void 0,f=0;function p(e){if(i!==void 0){var t=e.n;if(t===void 0||t.t!==i)return t={i:0,S:e,p:i.s,n:void 0,t:i,e:void 0,x:void 0,r:t},i.s!==void 0&&(i.s.n=t),i.s=t,e.n=t,32&i.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=i.s,t.n=void 0,i.s.n=t,i.s=t),t}}function m(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}m.prototype.brand=e,m.prototype.h=function(){return!0},m.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?a(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},m.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&a(function(){var e;(e=t.Z)==null||e.call(t)}))}},m.prototype.subscribe=function(e){var t=this;return T(function(){var n=t.value;a(function(){return e(n)})},{name:`sub`})},m.prototype.valueOf=function(){return this.value},m.prototype.toString=function(){return this.value+``},m.prototype.toJSON=function(){return this.value},m.prototype.peek=function(){var e=this;return a(function(){return e.value})},Object.defineProperty(m.prototype,"value",{get:function(){var e=p(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(c>100)throw Error(`Cycle detected`);(function(e){s!==0&&c===0&&e.l!==u&&(e.l=u,d={S:e,v:e.v,i:e.i,o:d})})(this),this.v=e,this.i++,f++,s++;try{for(var n=this.t;n!==void 0;n=n.x)n.t.N()}finally{t()}}}});function h(e,t){return new m(e,t)}function g(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function _(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function v(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function y(e,t){m.call(this,void 0,t),this.x=e,this.s=void 0,this.g=f-1,this.f=4}y.prototype=new m,y.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===f))return!0;if(this.g=f,this.f|=1,this.i>0&&!g(this))return this.f&=-2,!0;var e=i;try{_(this),i=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return i=e,v(this),this.f&=-2,!0},y.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}m.prototype.S.call(this,e)},y.prototype.U=function(e){if(this.t!==void 0&&(m.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},y.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(y.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=p(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function b(e,t){return new y(e,t)}function x(e){var n=e.j;if(e.j=void 0,typeof n==`function`){s++;var r=i;i=void 0;try{n()}catch(t){throw e.f&=-2,e.f|=8,S(e),t}finally{i=r,t()}}}function S(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,x(e)}function C(e){if(i!==this)throw Error(`Out-of-order effect`);v(this),i=e,this.f&=-2;try{8&this.f&&S(this)}finally{t()}}function w(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,r&&r.push(this)}w.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},w.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,x(this),_(this),s++;var e=i;return i=this,C.bind(this,e)},w.prototype.N=function(){2&this.f||(this.f|=2,this.u=o,o=this)},w.prototype.d=function(){this.f|=8,1&this.f||S(this)},w.prototype.dispose=function(){this.d()};function T(e,t){var n=new w(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var E=class{capacity;#e=/* @__PURE__ */ new Map;#t;constructor(e,t=()=>{}){this.capacity=e,this.#t=t}get size(){return this.#e.size}get(e){let t=this.#e.get(e);return t!==void 0&&(this.#e.delete(e),this.#e.set(e,t)),t}set(e,t){this.#e.delete(e),this.#e.set(e,t);for(let[e,t]of this.#e){if(this.#e.size<=this.capacity)break;this.#e.delete(e),this.#t(t)}}clear(){for(let e of this.#e.values())this.#t(e);this.#e.clear()}values(){return this.#e.values()}},D=65536,O=65535,ee=32767,te=32768,k=32766,ne=277,re=-149,ie=34028234663852886e22,ae=1-2**-24;function oe(e){return e===0?0:e===65534?1:e===65535?NaN:e<=ee?2**((e-1)*63/32766-64):Math.min(ae,1-2**((65533-e)*63/32766-64))}function se(e){return e===0?0:e===65534?1/0:e===65535?NaN:Math.min(ie,2**((e-1)*ne/65532+re))}function A(e){let t=e&-32769;if(t===32767)return NaN;let n=0;return t===k?n=1/0:t>0&&(n=Math.min(ie,2**((t-1)*ne/32764+re))),e&te&&n?-n:n}var j={fraction16:oe,log16:se,signed_log16:A},M=/* @__PURE__ */ new Map;function N(e){let t=M.get(e);return t||(t=Float32Array.from({length:D},(t,n)=>j[e](n)),M.set(e,t)),t}function P(e,t){let n=N(e)[t];return n===0||!Number.isFinite(n)||e===`fraction16`&&t===65534}var F=[`healthy`,`always_on`,`dormant`,`rare`,`no_gradient`,`saturated`,`silent`,`non_finite`,`dead`],ce=F.indexOf(`saturated`),le=F.indexOf(`non_finite`),ue=F.indexOf(`dead`),de={uint16:Uint16Array,int8:Int8Array,uint32:Uint32Array,float64:Float64Array};function fe(e){let t=new DataView(e);if(e.byteLength<8||t.getUint32(0)!==1146244401)throw Error(`The server's answer is not a matrix (it doesn't start with DRM1).`);let n=t.getUint32(4,!0),r=JSON.parse(new TextDecoder().decode(new Uint8Array(e,8,n))),i=(t,n)=>{let i=r.sections[t];if(i?.dtype!==n)throw Error(`The matrix has no section '${t}' of ${n} (got ${i?.dtype??`none`}).`);let a=i.shape.reduce((e,t)=>e*t,1);return new de[n](e,i.offset,a)},a=i(`maximum`,`uint16`);return{run:r.run,layer:r.layer,statistic:r.statistic,code:r.code,order:r.order,orderRun:r.order_run,units:r.units,records:r.records,rows:r.rows,columns:r.columns,maximum:a,minimum:r.sections.minimum?i(`minimum`,`uint16`):a,states:i(`states`,`int8`),unitOrder:i(`unit_order`,`uint32`),rowStarts:i(`row_starts`,`uint32`),columnStarts:i(`column_starts`,`uint32`),steps:i(`steps`,`float64`),windowStartSteps:i(`window_start_steps`,`float64`)}}var pe=/* @__PURE__ */ new WeakMap;function me(e){let t=pe.get(e);return t===void 0&&(t=he(e),pe.set(e,t)),t}function he({minimum:e,maximum:t}){let n=new Uint32Array(D);for(let t of e)n[t]++;n.fill(0,O-1),n[0]=0;let r=n.findLastIndex(e=>e>0);for(let e of t)e>r&&e<65534&&(r=e);if(r<=0)return null;let i=n.findIndex(e=>e>0),a=n.reduce((e,t)=>e+t,0),o=i<0?r:i;for(let e=0;o<r&&(e+=n[o],!(e>a/100));o++);return{low:i<0?r:i,typical:o,high:r}}function ge(e){let{rows:t,columns:n,records:r,states:i,unitOrder:a}=e;return t!==e.units||e.columnStarts[n-1]!==r-1?null:Array.from(a).filter((e,t)=>i[(t+1)*n-1]===ue)}function _e(e){return new Map(Array.from(e.unitOrder,(e,t)=>[e,t]))}var ve=class{url;decode;state=h({value:null,error:null,loading:!0});#e=-1;#t=null;constructor(e,t){this.url=e,this.decode=t}refresh(e){if(e===this.#e)return;this.#e=e,this.#t?.abort();let t=new AbortController;this.#t=t,queueMicrotask(()=>{t.signal.aborted||(this.state.value={...this.state.peek(),loading:!0},this.#n(t))})}async settled(){return new Promise(e=>{let t=this.state.subscribe(n=>{(!n.loading||n.value||n.error)&&(e(n),queueMicrotask(()=>t()))})})}dispose(){this.#t?.abort(),this.#e=-1}async#n(e){try{let t=await fetch(this.url,{signal:e.signal});if(!t.ok)throw Error(await ye(t));let n=await this.decode(t);e.signal.aborted||(this.state.value={value:n,error:null,loading:!1})}catch(t){if(e.signal.aborted)return;let n=t instanceof Error?t.message:String(t);this.state.value={value:this.state.peek().value,error:n,loading:!1}}}};async function ye(e){return(e.headers.get(`content-type`)?.startsWith(`text/plain`)?await e.text():``).trim()||`The server answered ${e.status} ${e.statusText}`.trim()}var be=24,xe=512,Se=256,Ce=h(0),I=new ve(`layers`,Ne),L=new E(xe,Me),we=new E(be,Me),Te=new E(Se,Me);function Ee(){Te.clear(),Ce.value++}function De(){return I.refresh(Ce.value),I}function Oe(e,t){return je(L,Pe(`timeline`,{run:e,layer:t}),Ne)}function ke(e){return je(we,Pe(`matrix`,{run:e.run,layer:e.layer,statistic:e.statistic,order:e.order,order_run:e.orderRun,max_rows:String(e.maxRows),max_columns:String(e.maxColumns)}),async e=>fe(await e.arrayBuffer()))}function Ae(e,t,n){return je(Te,Pe(`unit`,{run:e,layer:t,unit:String(n)}),Ne)}function je(e,t,n){let r=e.get(t);return r||(r=new ve(t,n),e.set(t,r)),r.refresh(Ce.value),r}function Me(e){e.dispose()}async function Ne(e){return await e.json()}function Pe(e,t){return`${e}?${new URLSearchParams(t)}`}var Fe=`p.dead_relu.`,Ie=[`index`,`death`,`fraction`,`gradient_norm`],Le={runs:null,layer:null,order:null};function Re(e){let{runs:t,layer:n,order:r}=Le;for(let i of e.replace(/^#/,``).split(`&`)){let e=i.indexOf(`=`);if(!i.startsWith(Fe)||e<0)continue;let a=He(i.slice(e+1));if(!a)continue;let o=i.slice(Fe.length,e);o===`runs`?t=[...new Set(a.split(`,`).map(Ve))].slice(0,2):o===`layer`?n=a:o===`order`&&(r=Ie.find(e=>e===a)??null)}return{runs:t,layer:n,order:r}}function ze(e,t){let n=e.replace(/^#/,``).split(`&`).filter(e=>e&&!/^p\.dead_relu\.(runs|layer|order)=/.test(e)),r={runs:t.runs?.length?t.runs.map(Be).join(`,`):null,layer:t.layer,order:t.order};for(let[e,t]of Object.entries(r))t&&n.push(`${Fe}${e}=${encodeURIComponent(t)}`);return`#${n.join(`&`)}`}function Be(e){return e.replaceAll(`~`,`~0`).replaceAll(`,`,`~1`)}function Ve(e){return e.replaceAll(`~1`,`,`).replaceAll(`~0`,`~`)}function He(e){try{return decodeURIComponent(e)}catch{return null}}var Ue=h(!1);function We(){try{let e=window.parent.document.body,t=()=>{Ue.value=e.classList.contains(`dark-mode`)};new MutationObserver(t).observe(e,{attributes:!0,attributeFilter:[`class`]}),t()}catch{let e=matchMedia(`(prefers-color-scheme: dark)`);e.addEventListener(`change`,()=>{Ue.value=e.matches}),Ue.value=e.matches}}function Ge(){try{return Re(window.parent.location.hash)}catch{return Le}}function Ke(e){try{let{hash:t}=window.parent.location;if(t.replace(/^#/,``).split(`&`)[0]!==`dead_relu`)return;let n=ze(t,e);n!==t&&window.parent.history.replaceState(window.parent.history.state,``,n)}catch{}}function qe(e){try{window.parent.addEventListener(`hashchange`,()=>e(Ge()))}catch{}}var Je=50;function Ye(e){if(window.parent===window)return;let{port1:t,port2:n}=new MessageChannel,r;t.onmessage=n=>{let i;try{i=JSON.parse(n.data)}catch{return}if(i.isReply)return;(i.type===`experimental.DataReloaded`||i.type===`experimental.RunsChanged`)&&(clearTimeout(r),r=setTimeout(e,Je));let a={type:i.type,id:i.id,payload:null,error:null,isReply:!0};t.postMessage(JSON.stringify(a))},window.parent.postMessage(`experimental.bootstrap`,`*`,[n])}var Xe=12;function Ze(e){if(!e.length)return null;let t=Math.max(...e.map(e=>e.high)),n=Math.min(...e.map(e=>e.typical)),r=Math.min(...e.map(e=>e.low)),i=Math.ceil(Math.log10(t)-.001),a=Math.max(Math.floor(Math.log10(n)+.001),i-Xe),o=10**Math.min(a,i-1);return{low:o,high:10**i,clipped:r<o}}function Qe(e,t){let n=Math.round(Math.log10(e.low)),r=Math.round(Math.log10(e.high)),i=Math.max(1,Math.ceil((r-n)/(t-1))),a=[];for(let e=r;e>=n;e-=i)a.unshift(e);return a}function $e(e){let t=1/0,n=-1/0;for(let{steps:r,window_start_steps:i}of e)r.length&&(t=Math.min(t,i[0],r[0]),n=Math.max(n,r[r.length-1]));return t>n?null:t===n?[t-1,n]:[t,n]}function et(e,t,n){return(e-t[0])/(t[1]-t[0])*n}function tt(e,t,n){return t[0]+e/n*(t[1]-t[0])}function nt(e,t){let n=e[1]-e[0];if(!(n>0)||t<1)return[];let r=n/t,i=10**Math.floor(Math.log10(r)),a=[1,2,5,10].map(e=>e*i).find(e=>e>=r*(1-1e-9))??10*i;a=Math.max(1,Math.round(a));let o=[];for(let t=Math.ceil(e[0]/a);t*a<=e[1]&&o.length<1e3;t++)o.push(t*a);return o}function rt(e,t){let n=0,r=t.length-1;for(;n<r;){let i=n+r>>1;t[i]<e?n=i+1:r=i}return n}function it(e){let t=t=>e[t].index??1/0;return Object.keys(e).sort((e,n)=>{let[r,i]=[t(e),t(n)];return r===i?e<n?-1:1:r-i})}var at=h(Ge()),ot=h(null),st=h(null),ct=b(()=>De().state.value.value?.runs??{}),lt=b(()=>Object.keys(ct.value).sort((e,t)=>e.localeCompare(t,`en`,{numeric:!0}))),R=b(()=>{let e=at.value.runs?.filter(e=>e in ct.value);if(e?.length)return e;let t=lt.value.slice(0,2),n=t.find(e=>e===st.value);return n===void 0?t:[n,...t.filter(e=>e!==n)]}),ut=b(()=>{let e=R.value.flatMap(e=>it(ct.value[e]??{}));return[...new Set(e)]}),dt=b(()=>{for(let e of[at.value.layer,ot.value])if(e!==null&&ut.value.includes(e))return e;return null}),ft=b(()=>at.value.order??`death`);function pt(e,t){return ct.value[e]?.[t]??null}var mt=b(()=>{let e=dt.value;return e===null?null:R.value.find(t=>pt(t,e)?.problem===null)??null});function ht(e){let t=R.peek();t.includes(e)?t.length>1&&bt({runs:t.filter(t=>t!==e)}):bt({runs:[...t.slice(0,1),e]})}function gt(){bt({runs:[...R.peek()].reverse()})}function _t(e){bt({layer:e})}function vt(e){bt({order:e})}function yt(){qe(e=>{at.value=e}),T(()=>Ke(at.value))}function bt(e){at.value={runs:R.peek(),layer:dt.peek(),order:at.peek().order,...e}}var xt=h(null),St=128,Ct=16384;function wt(e,t){let n=e=>Math.min(Ct,Math.ceil(e/St)*St),[r,i]=[n(e),n(t)],a=xt.peek();(a?.[0]!==r||a[1]!==i)&&(xt.value=[r,i])}function z(e){let t=dt.value;return t!==null&&pt(e,t)?.problem===null?Oe(e,t):null}function Tt(e,t){let n=dt.value,r=z(e)?.state.value.value?.statistics;if(n===null||!r)return null;let i=t===`gradient`?`gradient_norm`:pt(e,n)?.fraction??`zero_fraction`;return r.includes(i)?i:null}var Et=b(()=>{for(let e of R.value){let t=z(e)?.state.value;if(!t)continue;if(!t.value&&!t.error)return null;if(!t.value?.steps.length)continue;let n=ft.value;return{run:e,order:n!==`gradient_norm`||t.value.statistics.includes(`gradient_norm`)?n:`death`}}return null});function Dt(e,t){let n=Tt(e,t),r=dt.value,i=Et.value,a=xt.value;if(n===null||r===null||i===null||a===null)return null;let[o,s]=a;return ke({run:e,layer:r,statistic:n,order:i.order,orderRun:i.run,maxRows:s,maxColumns:o})}var Ot=b(()=>$e(R.value.map(e=>z(e)?.state.value.value).filter(e=>e!=null))),kt=b(()=>xt.value!==null&&R.value.every(e=>[`fraction`,`gradient`].every(t=>!(z(e)?.state.value.loading||Dt(e,t)?.state.value.loading)))),At=b(()=>R.value.flatMap(e=>z(e)?.state.value.value?.states.dead??[]).reduce((e,t)=>Math.max(e,t),0)),jt=b(()=>{let e=N(`log16`);return Ze(R.value.flatMap(t=>{let n=Dt(t,`gradient`)?.state.value.value,r=n&&me(n);return r?[{typical:e[r.typical],low:e[r.low],high:e[r.high]}]:[]}))}),Mt=100,Nt=500,Pt=0;function Ft(){T(()=>{Ce.value;let e=R.value,t=ut.value;a(()=>void It(e,t))})}async function It(e,t){let r=++Pt;if(!t.length)return;let i=i=>{let a=ot.peek();if(r!==Pt||a!==null&&t.includes(a))return;let o=e.map(e=>zt(e,i)??0);n(()=>{ot.value=i,st.value=e[o.indexOf(Math.max(...o))]})},a=t.slice(0,Mt),o=()=>a.reduce((t,n)=>Lt(e,n)>Lt(e,t)?n:t),s=setTimeout(()=>i(o()),Nt);for(let t of a){for(let n of e)if(pt(n,t)?.problem===null&&(dt.peek()!==null&&await Rt(),r!==Pt||(await Oe(n,t).settled(),r!==Pt)))break;if(r!==Pt)break}clearTimeout(s),i(o())}function Lt(e,t){let n=e.map(e=>{let n=zt(e,t);return n===null?0:n/(Oe(e,t).state.value.value?.widths.at(-1)??1)});return Math.max(0,...n)}function Rt(){return new Promise(e=>{let t=kt.subscribe(n=>{n&&(e(),queueMicrotask(()=>t()))})})}function zt(e,t){return pt(e,t)?.problem===null?Oe(e,t).state.value.value?.states.dead.at(-1)??null:null}var Bt=globalThis,Vt=Bt.ShadowRoot&&(Bt.ShadyCSS===void 0||Bt.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,Ht=Symbol(),Ut=/* @__PURE__ */ new WeakMap,Wt=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==Ht)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(Vt&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=Ut.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&Ut.set(t,e))}return e}toString(){return this.cssText}},Gt=e=>new Wt(typeof e==`string`?e:e+``,void 0,Ht),Kt=(e,...t)=>new Wt(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,Ht),qt=(e,t)=>{if(Vt)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of t){let t=document.createElement(`style`),r=Bt.litNonce;r!==void 0&&t.setAttribute(`nonce`,r),t.textContent=n.cssText,e.appendChild(t)}},Jt=Vt?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return Gt(t)})(e):e,{is:Yt,defineProperty:Xt,getOwnPropertyDescriptor:Zt,getOwnPropertyNames:Qt,getOwnPropertySymbols:$t,getPrototypeOf:en}=Object,tn=globalThis,nn=tn.trustedTypes,rn=nn?nn.emptyScript:``,an=tn.reactiveElementPolyfillSupport,on=(e,t)=>e,sn={toAttribute(e,t){switch(t){case Boolean:e=e?rn:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},cn=(e,t)=>!Yt(e,t),B={attribute:!0,type:String,converter:sn,reflect:!1,useDefault:!1,hasChanged:cn};Symbol.metadata??=Symbol(`metadata`),tn.litPropertyMetadata??=/* @__PURE__ */ new WeakMap;var V=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=B){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&Xt(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=Zt(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??B}static _$Ei(){if(this.hasOwnProperty(on(`elementProperties`)))return;let e=en(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(on(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(on(`properties`))){let e=this.properties,t=[...Qt(e),...$t(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=/* @__PURE__ */ new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(Jt(e))}else e!==void 0&&t.push(Jt(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=/* @__PURE__ */ new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=/* @__PURE__ */ new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=/* @__PURE__ */ new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return qt(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?sn:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?sn:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??cn)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=/* @__PURE__ */ new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=/* @__PURE__ */ new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=/* @__PURE__ */ new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};V.elementStyles=[],V.shadowRootOptions={mode:`open`},V[on(`elementProperties`)]=/* @__PURE__ */ new Map,V[on(`finalized`)]=/* @__PURE__ */ new Map,an?.({ReactiveElement:V}),(tn.reactiveElementVersions??=[]).push(`2.1.2`);var ln=globalThis,un=e=>e,H=ln.trustedTypes,dn=H?H.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,U=`$lit$`,fn=`lit$${Math.random().toFixed(9).slice(2)}$`,pn=`?`+fn,mn=`<${pn}>`,hn=document,gn=()=>hn.createComment(``),_n=e=>e===null||typeof e!=`object`&&typeof e!=`function`,vn=Array.isArray,yn=e=>vn(e)||typeof e?.[Symbol.iterator]==`function`,bn=`[ 	
\f\r]`,xn=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Sn=/-->/g,Cn=/>/g,wn=RegExp(`>|${bn}(?:([^\\s"'>=/]+)(${bn}*=${bn}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),Tn=/'/g,En=/"/g,Dn=/^(?:script|style|textarea|title)$/i,On=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),W=On(1),kn=On(2),An=Symbol.for(`lit-noChange`),G=Symbol.for(`lit-nothing`),jn=/* @__PURE__ */ new WeakMap,Mn=hn.createTreeWalker(hn,129);function Nn(e,t){if(!vn(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return dn===void 0?t:dn.createHTML(t)}var Pn=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=xn;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===xn?c[1]===`!--`?o=Sn:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=wn):(Dn.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=wn):o=Cn:o===wn?c[0]===`>`?(o=i??xn,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?wn:c[3]===`"`?En:Tn):o===En||o===Tn?o=wn:o===Sn||o===Cn?o=xn:(o=wn,i=void 0);let d=o===wn&&e[t+1].startsWith(`/>`)?` `:``;a+=o===xn?n+mn:l>=0?(r.push(s),n.slice(0,l)+U+n.slice(l)+fn+d):n+fn+(l===-2?t:d)}return[Nn(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},Fn=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=Pn(t,n);if(this.el=e.createElement(l,r),Mn.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=Mn.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(U)){let t=u[o++],n=i.getAttribute(e).split(fn),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Bn:r[1]===`?`?Vn:r[1]===`@`?Hn:zn}),i.removeAttribute(e)}else e.startsWith(fn)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(Dn.test(i.tagName)){let e=i.textContent.split(fn),t=e.length-1;if(t>0){i.textContent=H?H.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],gn()),Mn.nextNode(),c.push({type:2,index:++a});i.append(e[t],gn())}}}else if(i.nodeType===8){if(i.data===pn)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(fn,e+1))!==-1;)c.push({type:7,index:a}),e+=fn.length-1}}a++}}static createElement(e,t){let n=hn.createElement(`template`);return n.innerHTML=e,n}};function In(e,t,n=e,r){if(t===An)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=_n(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=In(e,i._$AS(e,t.values),i,r)),t}var Ln=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??hn).importNode(t,!0);Mn.currentNode=r;let i=Mn.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new Rn(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new Un(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=Mn.nextNode(),a++)}return Mn.currentNode=hn,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},Rn=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=G,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=In(this,e,t),_n(e)?e===G||e==null||e===``?(this._$AH!==G&&this._$AR(),this._$AH=G):e!==this._$AH&&e!==An&&this._(e):e._$litType$===void 0?e.nodeType===void 0?yn(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==G&&_n(this._$AH)?this._$AA.nextSibling.data=e:this.T(hn.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=Fn.createElement(Nn(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new Ln(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=jn.get(e.strings);return t===void 0&&jn.set(e.strings,t=new Fn(e)),t}k(t){vn(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(gn()),this.O(gn()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=un(e).nextSibling;un(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},zn=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=G,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(/* @__PURE__ */ new String),this.strings=n):this._$AH=G}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=In(this,e,t,0),a=!_n(e)||e!==this._$AH&&e!==An,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=In(this,r[n+o],t,o),s===An&&(s=this._$AH[o]),a||=!_n(s)||s!==this._$AH[o],s===G?e=G:e!==G&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===G?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Bn=class extends zn{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===G?void 0:e}},Vn=class extends zn{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==G)}},Hn=class extends zn{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=In(this,e,t,0)??G)===An)return;let n=this._$AH,r=e===G&&n!==G||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==G&&(n===G||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},Un=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){In(this,e)}},Wn=ln.litHtmlPolyfillSupport;Wn?.(Fn,Rn),(ln.litHtmlVersions??=[]).push(`3.3.3`);var Gn=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new Rn(t.insertBefore(gn(),e),e,void 0,n??{})}return i._$AI(e),i},Kn=globalThis,qn=class extends V{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Gn(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return An}};qn._$litElement$=!0,qn.finalized=!0,Kn.litElementHydrateSupport?.({LitElement:qn});var Jn=Kn.litElementPolyfillSupport;Jn?.({LitElement:qn}),(Kn.litElementVersions??=[]).push(`4.2.2`);var Yn=`from tb_deadrelu_plugin.keras import DeadReLU
model.fit(x, y, callbacks=[DeadReLU("logs/run1")])`;function Xn(){return W`<main class="empty">
    <h1>No Dead ReLU records in this log directory</h1>
    <p>Add the callback to a Keras training script, two lines:</p>
    <pre><code>${Yn}</code></pre>
    <p>
      Train, and point TensorBoard at the directory: <code>tensorboard --logdir logs</code>. The tab fills with the
      first record; reload with the button at the top right.
    </p>
    <p class="muted">
      Custom loops: <code>tb_deadrelu_plugin.tensorflow.Monitor</code>. Anything else:
      <code>tb_deadrelu_plugin.summary.dead_relu_pb</code>, which needs NumPy only.
    </p>
  </main>`}function Zn(e,t){return W`<main class="empty">
    <h1>The list of layers couldn't be fetched</h1>
    <p class="error" role="alert">${e}</p>
    <p><button @click=${t}>Try again</button></p>
  </main>`}var Qn=class extends qn{#e=null;connectedCallback(){super.connectedCallback(),this.hasUpdated&&this.requestUpdate()}disconnectedCallback(){super.disconnectedCallback(),this.#e?.(),this.#e=null}performUpdate(){if(!this.isUpdatePending)return;this.#e?.();let e=!0;this.#e=T(()=>{e?(e=!1,super.performUpdate()):this.requestUpdate()})}},$n=Kt`
  :host {
    --surface: #fff;
    --raised: #fff;
    --sidebar: #fafafa;
    --text: #202124;
    --muted: #5f6368;
    --line: #e0e2e6;
    --axis: #9aa0a6;
    --accent: #e8710a;
    --focus: #1a73e8;
    --hover: #f1f3f4;
    --dead: #d0003c;
    --watch: #b26a00;
    --ok: #188038;
    --warn-surface: #fef7e0;
    --warn-line: #f0c54a;
    --error-surface: #fce8e6;
    --error-line: #e58a82;
    --run0: #1967d2;
    --run1: #c26401;
    --shadow: 0 1px 3px rgb(0 0 0 / 0.25), 0 4px 14px rgb(0 0 0 / 0.15);
    color-scheme: light;
    color: var(--text);
    background: var(--surface);
    font: 13px / 18px Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif;
    font-variant-numeric: tabular-nums;
  }
  :host([theme="dark"]) {
    --surface: #303030;
    --raised: #424242;
    --sidebar: #383838;
    --text: #f1f3f4;
    --muted: #bdc1c6;
    --line: #4f5054;
    --axis: #80868b;
    --focus: #8ab4f8;
    --hover: #45464a;
    --dead: #ff9ab3;
    --watch: #fdd663;
    --ok: #81c995;
    --warn-surface: #4a4328;
    --warn-line: #8a742b;
    --error-surface: #4d3230;
    --error-line: #a05a54;
    --run0: #8ab4f8;
    --run1: #fcad70;
    --shadow: 0 1px 3px rgb(0 0 0 / 0.6), 0 4px 14px rgb(0 0 0 / 0.5);
    color-scheme: dark;
  }
`,er=Kt`
  * {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  button {
    font: inherit;
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 4px;
    padding: 3px 10px;
    cursor: pointer;
  }
  button:hover {
    background: var(--hover);
  }
  h1,
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
    font: inherit;
  }
  code {
    font: 12px / 18px "Roboto Mono", ui-monospace, Menlo, Consolas, monospace;
  }
  .muted {
    color: var(--muted);
  }
  .note {
    padding: 5px 10px;
    border-left: 3px solid var(--warn-line);
    background: var(--warn-surface);
    border-radius: 2px;
  }
  .error {
    padding: 8px 12px;
    border-left: 3px solid var(--error-line);
    background: var(--error-surface);
    border-radius: 2px;
  }
`,tr=new Intl.NumberFormat(`en-US`,{maximumFractionDigits:0});function K(e){return tr.format(e)}function nr(e){if(Math.abs(e)<1e5)return K(e);for(let[t,n]of[[1e9,`G`],[1e6,`M`],[1e3,`k`]])if(Math.abs(e)>=t)return`${Number((e/t).toPrecision(6))}${n}`;return K(e)}function rr(e){if(!Number.isFinite(e))return Number.isNaN(e)?`NaN`:e>0?`∞`:`−∞`;if(e===0)return`0`;for(let t=1;t<9;t++){let n=e.toPrecision(t);if(Math.fround(Number(n))===Math.fround(e))return cr(n)}return cr(e.toPrecision(9))}function ir(e){if(!Number.isFinite(e)||e===0)return rr(e);for(let t=3;t<9;t++){let n=e.toPrecision(t);if(Number(n)!==1||e===1)return cr(n)}return rr(e)}function ar(e){if(!Number.isFinite(e))return`–`;if(e===0||e===1)return`${e*100} %`;let t=e*100;return t<.1?`< 0.1 %`:t>99.9?`> 99.9 %`:`${Number(t.toFixed(1))} %`}function or(e,t,n=`${t}s`){return`${K(e)} ${e===1?t:n}`}function sr(e,t){let n=e.slice(0,t).join(`, `);return e.length>t?`${n} and ${K(e.length-t)} more`:n}function cr(e){let t=Number(e),n=Math.abs(t);return(n>=1e-4&&n<1e7?String(t):t.toExponential().replace(`e+`,`e`)).replace(`-`,`−`)}var lr=.1,ur=.5;function dr(e){return e>=ur?`sick`:e>=lr?`watch`:`ok`}function fr(e,t){let n=e.states.dead[t]??0,r=e.widths[t]??0;return n===0?`No dead unit among ${K(r)}`:`${K(n)} of ${or(r,`unit`)} dead (${ar(n/r)})`}var pr={ok:``,watch:`10 % or more of the units are dead`,sick:`half of the units or more are dead`};function mr(e){let{dead:t}=e.states,n=t.length-1,r=t.findIndex(e=>e>0);if(r<0)return``;let i=Math.max(...t),a=r===0?`, the first record`:``,o=[`first at step ${K(e.steps[r])}${a}`];return t[n]<i&&o.push(`at most ${K(i)}, at step ${K(e.steps[t.indexOf(i)])}`),o.join(`, `)}var hr={silent:`silent`,saturated:`saturated`,rare:`rare`,dormant:`dormant`,no_gradient:`without gradient`,non_finite:`not finite`,always_on:`always on`};function gr(e){let t=e.steps.length-1;return Object.entries(hr).filter(([n])=>(e.states[n]?.[t]??0)>0).map(([n,r])=>`${K(e.states[n][t])} ${r}`).join(` · `)}function _r({shown:e,written:t}){return t===null?or(e,`record`):`showing ${K(e)} of ${or(t,`record`)}`}function vr(e){let t=[];if(e.written!==null&&e.shown<e.written&&t.push(`Showing ${K(e.shown)} of ${K(e.written)} records: TensorBoard dropped the others. Start it with --samples_per_plugin dead_relu=${e.written} to see all.`),e.width_changed){let n=[...new Set(e.widths)].map(K).join(`, `);t.push(`The layer's width changed between records (${n} units). Units are matched by index.`)}e.unreadable>0&&t.push(`${or(e.unreadable,`damaged record`)} left out.`);let n=e.steps.filter((t,n)=>e.non_finite_activations[n]>0||e.non_finite_gradients[n]>0);if(n.length){let[r,i]=[wr(e.non_finite_activations),wr(e.non_finite_gradients)],a=[r?or(r,`activation`):``,i?or(i,`gradient`):``];t.push(`NaN or infinite: ${a.filter(Boolean).join(` and `)}, in ${or(n.length,`record`)}, first at step ${K(n[0])}. They count neither as active nor as dead.`)}return t}function yr(e,t,n,r){if(e===null)return[K(t)];let i=`${K(e)} active of ${K(t)}`;return e>0||n<=t?[i]:[i,`watched for activity on ${or(n,`sample`)}: ${r?`active in others of them`:`none`}`]}function br(e,t){return e===`saturated`?`whenever it is active, it is at ${t===null?`its upper bound`:`its upper bound, ${rr(t)}`}: no gradient`:``}function xr(e){return e!==null&&e>1?`called ${K(e)} times`:``}var Sr=`no gradient: frozen or behind stop_gradient`;function Cr(e){return e.replaceAll(`_`,` `)}function wr(e){return e.reduce((e,t)=>e+t,0)}var Tr=`.uplot,.uplot *,.uplot :before,.uplot :after{box-sizing:border-box}.uplot{width:min-content;font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica Neue,Arial,Noto Sans,sans-serif,Apple Color Emoji,Segoe UI Emoji,Segoe UI Symbol,Noto Color Emoji;line-height:1.5}.u-title{text-align:center;font-size:18px;font-weight:700}.u-wrap{-webkit-user-select:none;user-select:none;position:relative}.u-over,.u-under{position:absolute}.u-under{overflow:hidden}.uplot canvas{width:100%;height:100%;display:block;position:relative}.u-axis{position:absolute}.u-legend{text-align:center;margin:auto;font-size:14px}.u-inline{display:block}.u-inline *{display:inline-block}.u-inline tr{margin-right:16px}.u-legend th{font-weight:600}.u-legend th>*{vertical-align:middle;display:inline-block}.u-legend .u-marker{width:1em;height:1em;margin-right:4px;background-clip:padding-box!important}.u-inline.u-live th:after{content:":";vertical-align:middle}.u-inline:not(.u-live) .u-value{display:none}.u-series>*{padding:4px}.u-series th{cursor:pointer}.u-legend .u-off>*{opacity:.3}.u-select{pointer-events:none;background:#00000012;position:absolute}.u-cursor-x,.u-cursor-y{pointer-events:none;will-change:transform;position:absolute;top:0;left:0}.u-hz .u-cursor-x,.u-vt .u-cursor-y{border-right:1px dashed #607d8b;height:100%}.u-hz .u-cursor-y,.u-vt .u-cursor-x{border-bottom:1px dashed #607d8b;width:100%}.u-cursor-pt{pointer-events:none;will-change:transform;border:0 solid;border-radius:50%;position:absolute;top:0;left:0;background-clip:padding-box!important}.u-axis.u-off,.u-select.u-off,.u-cursor-x.u-off,.u-cursor-y.u-off,.u-cursor-pt.u-off{display:none}`,Er=!0,Dr=`uplot`,Or=`u-hz`,kr=`u-vt`,Ar=`u-title`,jr=`u-wrap`,Mr=`u-under`,Nr=`u-over`,Pr=`u-axis`,Fr=`u-off`,Ir=`u-select`,Lr=`u-cursor-x`,Rr=`u-cursor-y`,zr=`u-cursor-pt`,Br=`u-legend`,Vr=`u-live`,Hr=`u-inline`,Ur=`u-series`,Wr=`u-marker`,Gr=`u-label`,Kr=`u-value`,qr=`width`,Jr=`height`,Yr=`top`,Xr=`bottom`,Zr=`left`,Qr=`right`,$r=`#000`,ei=`#0000`,ti=`mousemove`,ni=`mousedown`,ri=`mouseup`,ii=`mouseenter`,ai=`mouseleave`,oi=`dblclick`,si=`resize`,ci=`scroll`,li=`change`,ui=`dppxchange`,di=`--`,fi=typeof window<`u`,pi=fi?document:null,mi=fi?window:null,hi=fi?navigator:null,q,gi;function _i(){let e=devicePixelRatio;q!=e&&(q=e,gi&&ji(li,gi,_i),gi=matchMedia(`(min-resolution: ${q-.001}dppx) and (max-resolution: ${q+.001}dppx)`),Ai(li,gi,_i),mi.dispatchEvent(new CustomEvent(ui)))}function vi(e,t){if(t!=null){let n=e.classList;!n.contains(t)&&n.add(t)}}function yi(e,t){let n=e.classList;n.contains(t)&&n.remove(t)}function J(e,t,n){e.style[t]=n+`px`}function bi(e,t,n,r){let i=pi.createElement(e);return t!=null&&vi(i,t),n?.insertBefore(i,r),i}function xi(e,t){return bi(`div`,e,t)}var Si=/* @__PURE__ */ new WeakMap;function Ci(e,t,n,r,i){let a=`translate(`+t+`px,`+n+`px)`;a!=Si.get(e)&&(e.style.transform=a,Si.set(e,a),t<0||n<0||t>r||n>i?vi(e,Fr):yi(e,Fr))}var wi=/* @__PURE__ */ new WeakMap;function Ti(e,t,n){let r=t+n;r!=wi.get(e)&&(wi.set(e,r),e.style.background=t,e.style.borderColor=n)}var Ei=/* @__PURE__ */ new WeakMap;function Di(e,t,n,r){let i=t+``+n;i!=Ei.get(e)&&(Ei.set(e,i),e.style.height=n+`px`,e.style.width=t+`px`,e.style.marginLeft=r?-t/2+`px`:0,e.style.marginTop=r?-n/2+`px`:0)}var Oi={passive:!0},ki={...Oi,capture:!0};function Ai(e,t,n,r){t.addEventListener(e,n,r?ki:Oi)}function ji(e,t,n,r){t.removeEventListener(e,n,Oi)}fi&&_i();function Mi(e,t,n,r){let i;n||=0,r||=t.length-1;let a=r<=2147483647;for(;r-n>1;)i=a?n+r>>1:$i((n+r)/2),t[i]<e?n=i:r=i;return e-t[n]<=t[r]-e?n:r}function Ni(e){return(t,n,r)=>{let i=-1,a=-1;for(let a=n;a<=r;a++)if(e(t[a])){i=a;break}for(let i=r;i>=n;i--)if(e(t[i])){a=i;break}return[i,a]}}var Pi=e=>e!=null,Fi=e=>e!=null&&e>0,Ii=Ni(Pi),Li=Ni(Fi);function Ri(e,t,n,r=0,i=!1){let a=i?Li:Ii,o=i?Fi:Pi;[t,n]=a(e,t,n);let s=e[t],c=e[t];if(t>-1){if(r==1)s=e[t],c=e[n];else if(r==-1)s=e[n],c=e[t];else for(let r=t;r<=n;r++){let t=e[r];o(t)&&(t<s?s=t:t>c&&(c=t))}}return[s??X,c??-X]}function zi(e,t,n,r){let i=aa(e),a=aa(t);e==t&&(i==-1?(e*=n,t/=n):(e/=n,t*=n));let o=n==10?oa:sa,s=i==1?$i:ta,c=a==1?ta:$i,l=s(o(Qi(e))),u=c(o(Qi(t))),d=ia(n,l),f=ia(n,u);return n==10&&(l<0&&(d=Q(d,-l)),u<0&&(f=Q(f,-u))),r||n==2?(e=d*i,t=f*a):(e=Ca(e,d),t=Sa(t,f)),[e,t]}function Bi(e,t,n,r){let i=zi(e,t,n,r);return e==0&&(i[0]=0),t==0&&(i[1]=0),i}var Vi=.1,Hi={mode:3,pad:Vi},Ui={pad:0,soft:null,mode:0},Wi={min:Ui,max:Ui};function Gi(e,t,n,r){return Pa(n)?qi(e,t,n):(Ui.pad=n,Ui.soft=r?0:null,Ui.mode=r?3:0,qi(e,t,Wi))}function Y(e,t){return e??t}function Ki(e,t,n){for(t=Y(t,0),n=Y(n,e.length-1);t<=n;){if(e[t]!=null)return!0;t++}return!1}function qi(e,t,n){let r=n.min,i=n.max,a=Y(r.pad,0),o=Y(i.pad,0),s=Y(r.hard,-X),c=Y(i.hard,X),l=Y(r.soft,X),u=Y(i.soft,-X),d=Y(r.mode,0),f=Y(i.mode,0),p=t-e,m=oa(p),h=ra(Qi(e),Qi(t)),g=Qi(oa(h)-m);(p<1e-24||g>10)&&(p=0,(e==0||t==0)&&(p=1e-24,d==2&&l!=X&&(a=0),f==2&&u!=-X&&(o=0)));let _=p||h||1e3,v=ia(10,$i(oa(_))),y=Q(Ca(e-_*(p==0?e==0?.1:1:a),v/10),24),b=e>=l&&(d==1||d==3&&y<=l||d==2&&y>=l)?l:X,x=ra(s,y<b&&e>=b?b:na(b,y)),S=Q(Sa(t+_*(p==0?t==0?.1:1:o),v/10),24),C=t<=u&&(f==1||f==3&&S>=u||f==2&&S<=u)?u:-X,w=na(c,S>C&&t<=C?C:ra(C,S));return x==w&&x==0&&(w=100),[x,w]}var Ji=new Intl.NumberFormat(fi?hi.language:`en-US`),Yi=e=>Ji.format(e),Xi=Math,Zi=Xi.PI,Qi=Xi.abs,$i=Xi.floor,ea=Xi.round,ta=Xi.ceil,na=Xi.min,ra=Xi.max,ia=Xi.pow,aa=Xi.sign,oa=Xi.log10,sa=Xi.log2,ca=(e,t=1)=>Xi.sinh(e)*t,la=(e,t=1)=>Xi.asinh(e/t),X=1/0;function ua(e){return(oa((e^e>>31)-(e>>31))|0)+1}function da(e,t,n){return na(ra(e,t),n)}function fa(e){return typeof e==`function`}function Z(e){return fa(e)?e:()=>e}var pa=()=>{},ma=e=>e,ha=(e,t)=>t,ga=e=>null,_a=e=>!0,va=(e,t)=>e==t,ya=/\.\d*?(?=9{6,}|0{6,})/gm,ba=e=>{if(ja(e)||wa.has(e))return e;let t=`${e}`,n=t.match(ya);if(n==null)return e;let r=n[0].length-1;if(t.indexOf(`e-`)!=-1){let[e,n]=t.split(`e`);return+`${ba(e)}e${n}`}return Q(e,r)};function xa(e,t){return ba(Q(ba(e/t))*t)}function Sa(e,t){return ba(ta(ba(e/t))*t)}function Ca(e,t){return ba($i(ba(e/t))*t)}function Q(e,t=0){if(ja(e))return e;let n=10**t;return ea(e*n*(1+2**-52))/n}var wa=/* @__PURE__ */ new Map;function Ta(e){return((``+e).split(`.`)[1]||``).length}function Ea(e,t,n,r){let i=[],a=r.map(Ta);for(let o=t;o<n;o++){let t=Qi(o),n=Q(ia(e,o),t);for(let s=0;s<r.length;s++){let c=e==10?+`${r[s]}e${o}`:r[s]*n,l=(o>=0?0:t)+(o>=a[s]?0:a[s]),u=e==10?c:Q(c,l);i.push(u),wa.set(u,l)}}return i}var Da={},Oa=[],ka=[null,null],Aa=Array.isArray,ja=Number.isInteger,Ma=e=>e===void 0;function Na(e){return typeof e==`string`}function Pa(e){let t=!1;if(e!=null){let n=e.constructor;t=n==null||n==Object}return t}function Fa(e){return typeof e==`object`&&!!e}var Ia=Object.getPrototypeOf(Uint8Array),La=`__proto__`;function Ra(e,t=Pa){let n;if(Aa(e)){let r=e.find(e=>e!=null);if(Aa(r)||t(r)){n=Array(e.length);for(let r=0;r<e.length;r++)n[r]=Ra(e[r],t)}else n=e.slice()}else if(e instanceof Ia)n=e.slice();else if(t(e)){n={};for(let r in e)r!=La&&(n[r]=Ra(e[r],t))}else n=e;return n}function za(e){let t=arguments;for(let n=1;n<t.length;n++){let r=t[n];for(let t in r)t!=La&&(Pa(e[t])?za(e[t],Ra(r[t])):e[t]=Ra(r[t]))}return e}var Ba=0,Va=1,Ha=2;function Ua(e,t,n){for(let r=0,i,a=-1;r<t.length;r++){let o=t[r];if(o>a){for(i=o-1;i>=0&&e[i]==null;)e[i--]=null;for(i=o+1;i<n&&e[i]==null;)e[a=i++]=null}}}function Wa(e,t){if(qa(e)){let t=e[0].slice();for(let n=1;n<e.length;n++)t.push(...e[n].slice(1));return Ja(t[0])||(t=Ka(t)),t}let n=/* @__PURE__ */ new Set;for(let t=0;t<e.length;t++){let r=e[t][0],i=r.length;for(let e=0;e<i;e++)n.add(r[e])}let r=[Array.from(n).sort((e,t)=>e-t)],i=r[0].length,a=/* @__PURE__ */ new Map;for(let e=0;e<i;e++)a.set(r[0][e],e);for(let n=0;n<e.length;n++){let o=e[n],s=o[0];for(let e=1;e<o.length;e++){let c=o[e],l=Array(i).fill(void 0),u=t?t[n][e]:Va,d=[];for(let e=0;e<c.length;e++){let t=c[e],n=a.get(s[e]);t===null?u!=Ba&&(l[n]=t,u==Ha&&d.push(n)):l[n]=t}Ua(l,d,i),r.push(l)}}return r}var Ga=typeof queueMicrotask>`u`?e=>Promise.resolve().then(e):queueMicrotask;function Ka(e){let t=e[0],n=t.length,r=Array(n);for(let e=0;e<r.length;e++)r[e]=e;r.sort((e,n)=>t[e]-t[n]);let i=[];for(let t=0;t<e.length;t++){let a=e[t],o=Array(n);for(let e=0;e<n;e++)o[e]=a[r[e]];i.push(o)}return i}function qa(e){let t=e[0][0],n=t.length;for(let r=1;r<e.length;r++){let i=e[r][0];if(i.length!=n)return!1;if(i!=t){for(let e=0;e<n;e++)if(i[e]!=t[e])return!1}}return!0}function Ja(e,t=100){let n=e.length;if(n<=1)return!0;let r=0,i=n-1;for(;r<=i&&e[r]==null;)r++;for(;i>=r&&e[i]==null;)i--;if(i<=r)return!0;let a=ra(1,$i((i-r+1)/t));for(let t=e[r],n=r+a;n<=i;n+=a){let r=e[n];if(r!=null){if(r<=t)return!1;t=r}}return!0}var Ya=[`January`,`February`,`March`,`April`,`May`,`June`,`July`,`August`,`September`,`October`,`November`,`December`],Xa=[`Sunday`,`Monday`,`Tuesday`,`Wednesday`,`Thursday`,`Friday`,`Saturday`];function Za(e){return e.slice(0,3)}var Qa=Xa.map(Za),$a={MMMM:Ya,MMM:Ya.map(Za),WWWW:Xa,WWW:Qa};function eo(e){return(e<10?`0`:``)+e}function to(e){return(e<10?`00`:e<100?`0`:``)+e}var no={YYYY:e=>e.getFullYear(),YY:e=>(e.getFullYear()+``).slice(2),MMMM:(e,t)=>t.MMMM[e.getMonth()],MMM:(e,t)=>t.MMM[e.getMonth()],MM:e=>eo(e.getMonth()+1),M:e=>e.getMonth()+1,DD:e=>eo(e.getDate()),D:e=>e.getDate(),WWWW:(e,t)=>t.WWWW[e.getDay()],WWW:(e,t)=>t.WWW[e.getDay()],HH:e=>eo(e.getHours()),H:e=>e.getHours(),h:e=>{let t=e.getHours();return t==0?12:t>12?t-12:t},AA:e=>e.getHours()>=12?`PM`:`AM`,aa:e=>e.getHours()>=12?`pm`:`am`,a:e=>e.getHours()>=12?`p`:`a`,mm:e=>eo(e.getMinutes()),m:e=>e.getMinutes(),ss:e=>eo(e.getSeconds()),s:e=>e.getSeconds(),fff:e=>to(e.getMilliseconds())};function ro(e,t){t||=$a;let n=[],r=/\{([a-z]+)\}|[^{]+/gi,i;for(;i=r.exec(e);)n.push(i[0][0]==`{`?no[i[1]]:i[0]);return e=>{let r=``;for(let i=0;i<n.length;i++)r+=typeof n[i]==`string`?n[i]:n[i](e,t);return r}}var io=new Intl.DateTimeFormat().resolvedOptions().timeZone;function ao(e,t){let n;return t==`UTC`||t==`Etc/UTC`?n=/* @__PURE__ */ new Date(+e+e.getTimezoneOffset()*6e4):t==io?n=e:(n=new Date(e.toLocaleString(`en-US`,{timeZone:t})),n.setMilliseconds(e.getMilliseconds())),n}var oo=e=>e%1==0,so=[1,2,2.5,5],co=Ea(10,-32,0,so),lo=Ea(10,0,32,so),uo=lo.filter(oo),fo=co.concat(lo),po=`
`,mo=`{YYYY}`,ho=po+mo,go=`{M}/{D}`,_o=po+go,vo=_o+`/{YY}`,yo=`{aa}`,bo=`{h}:{mm}`+yo,xo=po+bo,So=`:{ss}`,$=null;function Co(e){let t=e*1e3,n=t*60,r=n*60,i=r*24,a=i*30,o=i*365,s=(e==1?Ea(10,0,3,so).filter(oo):Ea(10,-3,0,so)).concat([t,t*5,t*10,t*15,t*30,n,n*5,n*10,n*15,n*30,r,r*2,r*3,r*4,r*6,r*8,r*12,i,i*2,i*3,i*4,i*5,i*6,i*7,i*8,i*9,i*10,i*15,a,a*2,a*3,a*4,a*6,o,o*2,o*5,o*10,o*25,o*50,o*100]),c=[[o,mo,$,$,$,$,$,$,1],[i*28,`{MMM}`,ho,$,$,$,$,$,1],[i,go,ho,$,$,$,$,$,1],[r,`{h}`+yo,vo,$,_o,$,$,$,1],[n,bo,vo,$,_o,$,$,$,1],[t,So,vo+` `+bo,$,_o+` `+bo,$,xo,$,1],[e,So+`.{fff}`,vo+` `+bo,$,_o+` `+bo,$,xo,$,1]];function l(t){return(s,c,l,u,d,f)=>{let p=[],m=d>=o,h=d>=a&&d<o,g=t(l),_=Q(g*e,3),v=No(g.getFullYear(),m?0:g.getMonth(),h||m?1:g.getDate()),y=Q(v*e,3);if(h||m){let n=h?d/a:0,r=m?d/o:0,i=_==y?_:Q(No(v.getFullYear()+r,v.getMonth()+n,1)*e,3),s=new Date(ea(i/e)),c=s.getFullYear(),l=s.getMonth();for(let a=0;i<=u;a++){let o=No(c+r*a,l+n*a,1),s=o-t(Q(o*e,3));i=Q((+o+s)*e,3),i<=u&&p.push(i)}}else{let a=d>=i?i:d,o=y+($i(l)-$i(_))+Sa(_-y,a);p.push(o);let m=t(o),h=m.getHours()+m.getMinutes()/n+m.getSeconds()/r,g=d/r,v=f/s.axes[c]._space;for(;o=Q(o+d,e==1?0:3),!(o>u);)if(g>1){let e=$i(Q(h+g,6))%24,n=t(o).getHours()-e;n>1&&(n=-1),o-=n*r,h=(h+g)%24;let i=p[p.length-1];Q((o-i)/d,3)*v>=.7&&p.push(o)}else p.push(o)}return p}}return[s,c,l]}var[wo,To,Eo]=Co(1),[Do,Oo,ko]=Co(.001);Ea(2,-53,53,[1]);function Ao(e,t){return e.map(e=>e.map((n,r)=>r==0||r==8||n==null?n:t(r==1||e[8]==0?n:e[1]+n)))}function jo(e,t){return(n,r,i,a,o)=>{let s=t.find(e=>o>=e[0])||t[t.length-1],c,l,u,d,f,p;return r.map(t=>{let n=e(t),r=n.getFullYear(),i=n.getMonth(),a=n.getDate(),o=n.getHours(),m=n.getMinutes(),h=n.getSeconds(),g=r!=c&&s[2]||i!=l&&s[3]||a!=u&&s[4]||o!=d&&s[5]||m!=f&&s[6]||h!=p&&s[7]||s[1];return c=r,l=i,u=a,d=o,f=m,p=h,g(n)})}}function Mo(e,t){let n=ro(t);return(t,r,i,a,o)=>r.map(t=>n(e(t)))}function No(e,t,n){return new Date(e,t,n)}function Po(e,t){return t(e)}var Fo=`{YYYY}-{MM}-{DD} {h}:{mm}{aa}`;function Io(e,t){return(n,r,i,a)=>a==null?di:t(e(r))}function Lo(e,t){let n=e.series[t];return n.width?n.stroke(e,t):n.points.width?n.points.stroke(e,t):null}function Ro(e,t){return e.series[t].fill(e,t)}var zo={show:!0,live:!0,isolate:!1,mount:pa,markers:{show:!0,width:2,stroke:Lo,fill:Ro,dash:`solid`},idx:null,idxs:null,values:[]};function Bo(e,t){let n=e.cursor.points,r=xi(),i=n.size(e,t);J(r,qr,i),J(r,Jr,i);let a=i/-2;J(r,`marginLeft`,a),J(r,`marginTop`,a);let o=n.width(e,t,i);return o&&J(r,`borderWidth`,o),r}function Vo(e,t){let n=e.series[t].points;return n._fill||n._stroke}function Ho(e,t){let n=e.series[t].points;return n._stroke||n._fill}function Uo(e,t){return e.series[t].points.size}var Wo=[0,0];function Go(e,t,n){return Wo[0]=t,Wo[1]=n,Wo}function Ko(e,t,n,r=!0){return e=>{e.button!=0||r&&e.target!=t||n(e)}}function qo(e,t,n,r=!0){return e=>{r&&e.target!=t||n(e)}}var Jo={show:!0,x:!0,y:!0,lock:!1,move:Go,points:{one:!1,show:Bo,size:Uo,width:0,stroke:Ho,fill:Vo},bind:{mousedown:Ko,mouseup:Ko,click:Ko,dblclick:Ko,mousemove:qo,mouseleave:qo,mouseenter:qo},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(e,t)=>{t.stopPropagation(),t.stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(e,t,n,r,i)=>r-i,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Yo={show:!0,stroke:`rgba(0,0,0,0.07)`,width:2},Xo=za({},Yo,{filter:ha}),Zo=za({},Xo,{size:10}),Qo=za({},Yo,{show:!1}),$o=`12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"`,es=`bold `+$o,ts=1.5,ns={show:!0,scale:`x`,stroke:$r,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:es,side:2,grid:Xo,ticks:Zo,border:Qo,font:$o,lineGap:ts,rotate:0},rs=`Value`,is=`Time`,as={show:!0,scale:`x`,auto:!1,sorted:1,min:X,max:-1/0,idxs:[]};function os(e,t,n,r,i){return t.map(e=>e==null?``:Yi(e))}function ss(e,t,n,r,i,a,o){let s=[],c=wa.get(i)||0;n=o?n:Q(Sa(n,i),c);for(let e=n;e<=r;e=Q(e+i,c))s.push(Object.is(e,-0)?0:e);return s}function cs(e,t,n,r,i,a,o){let s=[],c=e.scales[e.axes[t].scale].log;i=ia(c,$i((c==10?oa:sa)(n))),c==10&&(i=fo[Mi(i,fo)]);let l=n,u=i*c;c==10&&(u=fo[Mi(u,fo)]);do s.push(l),l+=i,c==10&&!wa.has(l)&&(l=Q(l,wa.get(i))),l>=u&&(i=l,u=i*c,c==10&&(u=fo[Mi(u,fo)]));while(l<=r);return s}function ls(e,t,n,r,i,a,o){let s=e.scales[e.axes[t].scale].asinh,c=r>s?cs(e,t,ra(s,n),r,i):[s],l=r>=0&&n<=0?[0]:[];return(n<-s?cs(e,t,ra(s,-r),-n,i):[s]).reverse().map(e=>-e).concat(l,c)}var us=/./,ds=/[12357]/,fs=/[125]/,ps=/1/,ms=(e,t,n,r)=>e.map((e,i)=>t==4&&e==0||i%r==0&&n.test(e.toExponential()[+(e<0)])?e:null);function hs(e,t,n,r,i){let a=e.axes[n],o=a.scale,s=e.scales[o],c=e.valToPos,l=a._space,u=c(10,o),d=c(9,o)-u>=l?us:c(7,o)-u>=l?ds:c(5,o)-u>=l?fs:ps;if(d==ps){let e=Qi(c(1,o)-u);if(e<l)return ms(t.slice().reverse(),s.distr,d,ta(l/e)).reverse()}return ms(t,s.distr,d,1)}function gs(e,t,n,r,i){let a=e.axes[n],o=a.scale,s=a._space,c=e.valToPos,l=Qi(c(1,o)-c(2,o));return l<s?ms(t.slice().reverse(),3,us,ta(s/l)).reverse():t}function _s(e,t,n,r){return r==null?di:t==null?``:Yi(t)}var vs={show:!0,scale:`y`,stroke:$r,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:es,side:3,grid:Xo,ticks:Zo,border:Qo,font:$o,lineGap:ts,rotate:0};function ys(e,t){return Q((3+(e||1)*2)*t,3)}function bs(e,t){let{scale:n,idxs:r}=e.series[0],i=e._data[0],a=e.valToPos(i[r[0]],n,!0),o=Qi(e.valToPos(i[r[1]],n,!0)-a)/(e.series[t].points.space*q);return r[1]-r[0]<=o}var xs={scale:null,auto:!0,sorted:0,min:X,max:-1/0},Ss=(e,t,n,r,i)=>i,Cs={show:!0,auto:!0,sorted:0,gaps:Ss,alpha:1,facets:[za({},xs,{scale:`x`}),za({},xs,{scale:`y`})]},ws={scale:`y`,auto:!0,sorted:0,show:!0,spanGaps:!1,gaps:Ss,alpha:1,points:{show:bs,filter:null},values:null,min:X,max:-1/0,idxs:[],path:null,clip:null};function Ts(e,t,n,r,i){return n/10}var Es={time:Er,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},Ds=za({},Es,{time:!1,ori:1}),Os={};function ks(e,t){let n=Os[e];return n||(n={key:e,plots:[],sub(e){n.plots.push(e)},unsub(e){n.plots=n.plots.filter(t=>t!=e)},pub(e,t,r,i,a,o,s){for(let c=0;c<n.plots.length;c++)n.plots[c]!=t&&n.plots[c].pub(e,t,r,i,a,o,s)}},e!=null&&(Os[e]=n)),n}var As=1,js=2;function Ms(e,t,n){let r=e.mode,i=e.series[t],a=r==2?e._data[t]:e._data,o=e.scales,s=e.bbox,c=a[0],l=r==2?a[1]:a[t],u=r==2?o[i.facets[0].scale]:o[e.series[0].scale],d=r==2?o[i.facets[1].scale]:o[i.scale],f=s.left,p=s.top,m=s.width,h=s.height,g=e.valToPosH,_=e.valToPosV;return u.ori==0?n(i,c,l,u,d,g,_,f,p,m,h,Vs,Us,Gs,qs,Ys):n(i,c,l,u,d,_,g,p,f,h,m,Hs,Ws,Ks,Js,Xs)}function Ns(e,t){let n=0,r=0,i=Y(e.bands,Oa);for(let e=0;e<i.length;e++){let a=i[e];a.series[0]==t?n=a.dir:a.series[1]==t&&(a.dir==1?r|=1:r|=2)}return[n,r==1?-1:r==2?1:r==3?2:0]}function Ps(e,t,n,r,i){let a=e.mode,o=e.series[t],s=a==2?o.facets[1].scale:o.scale,c=e.scales[s];return i==-1?c.min:i==1?c.max:c.distr==3?c.dir==1?c.min:c.max:0}function Fs(e,t,n,r,i,a){return Ms(e,t,(e,t,o,s,c,l,u,d,f,p,m)=>{let h=e.pxRound,g=s.dir*(s.ori==0?1:-1),_=s.ori==0?Us:Ws,v,y;g==1?(v=n,y=r):(v=r,y=n);let b=h(l(t[v],s,p,d)),x=h(u(o[v],c,m,f)),S=h(l(t[y],s,p,d)),C=h(u(a==1?c.max:c.min,c,m,f)),w=new Path2D(i);return _(w,S,C),_(w,b,C),_(w,b,x),w})}function Is(e,t,n,r,i,a){let o=null;if(e.length>0){o=new Path2D;let s=t==0?Gs:Ks,c=n;for(let t=0;t<e.length;t++){let n=e[t];if(n[1]>n[0]){let e=n[0]-c;e>0&&s(o,c,r,e,r+a),c=n[1]}}let l=n+i-c;l>0&&s(o,c,r-5,l,r+a+10)}return o}function Ls(e,t,n){let r=e[e.length-1];r&&r[0]==t?r[1]=n:e.push([t,n])}function Rs(e,t,n,r,i,a,o){let s=[],c=e.length;for(let l=i==1?n:r;l>=n&&l<=r;l+=i)if(t[l]===null){let u=l,d=l;if(i==1)for(;++l<=r&&t[l]===null;)d=l;else for(;--l>=n&&t[l]===null;)d=l;let f=a(e[u]),p=d==u?f:a(e[d]),m=u-i;f=o<=0&&m>=0&&m<c?a(e[m]):f;let h=d+i;p=o>=0&&h>=0&&h<c?a(e[h]):p,p>=f&&s.push([f,p])}return s}function zs(e){return e==0?ma:e==1?ea:t=>xa(t,e)}function Bs(e){let t=e==0?Vs:Hs,n=e==0?(e,t,n,r,i,a)=>{e.arcTo(t,n,r,i,a)}:(e,t,n,r,i,a)=>{e.arcTo(n,t,i,r,a)},r=e==0?(e,t,n,r,i)=>{e.rect(t,n,r,i)}:(e,t,n,r,i)=>{e.rect(n,t,i,r)};return(e,i,a,o,s,c=0,l=0)=>{c==0&&l==0?r(e,i,a,o,s):(c=na(c,o/2,s/2),l=na(l,o/2,s/2),t(e,i+c,a),n(e,i+o,a,i+o,a+s,c),n(e,i+o,a+s,i,a+s,l),n(e,i,a+s,i,a,l),n(e,i,a,i+o,a,c),e.closePath())}}var Vs=(e,t,n)=>{e.moveTo(t,n)},Hs=(e,t,n)=>{e.moveTo(n,t)},Us=(e,t,n)=>{e.lineTo(t,n)},Ws=(e,t,n)=>{e.lineTo(n,t)},Gs=Bs(0),Ks=Bs(1),qs=(e,t,n,r,i,a)=>{e.arc(t,n,r,i,a)},Js=(e,t,n,r,i,a)=>{e.arc(n,t,r,i,a)},Ys=(e,t,n,r,i,a,o)=>{e.bezierCurveTo(t,n,r,i,a,o)},Xs=(e,t,n,r,i,a,o)=>{e.bezierCurveTo(n,t,i,r,o,a)};function Zs(e){return(e,t,n,r,i)=>Ms(e,t,(t,a,o,s,c,l,u,d,f,p,m)=>{let{pxRound:h,points:g}=t,_,v;s.ori==0?(_=Vs,v=qs):(_=Hs,v=Js);let y=Q(g.width*q,3),b=(g.size-g.width)/2*q,x=Q(b*2,3),S=new Path2D,C=new Path2D,{left:w,top:T,width:E,height:D}=e.bbox;Gs(C,w-x,T-x,E+x*2,D+x*2);let O=e=>{if(o[e]!=null){let t=h(l(a[e],s,p,d)),n=h(u(o[e],c,m,f));_(S,t+b,n),v(S,t,n,b,0,Zi*2)}};if(i)i.forEach(O);else for(let e=n;e<=r;e++)O(e);return{stroke:y>0?S:null,fill:S,clip:C,flags:3}})}function Qs(e){return(t,n,r,i,a,o)=>{r!=i&&(a!=r&&o!=r&&e(t,n,r),a!=i&&o!=i&&e(t,n,i),e(t,n,o))}}var $s=Qs(Us),ec=Qs(Ws);function tc(e){let t=Y(e?.alignGaps,0);return(e,n,r,i)=>Ms(e,n,(a,o,s,c,l,u,d,f,p,m,h)=>{[r,i]=Ii(s,r,i);let g=a.pxRound,_=e=>g(u(e,c,m,f)),v=e=>g(d(e,l,h,p)),y,b;c.ori==0?(y=Us,b=$s):(y=Ws,b=ec);let x=c.dir*(c.ori==0?1:-1),S={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:As},C=S.stroke,w=!1;if(i-r>=m*4){let t=t=>e.posToVal(t,c.key,!0),n=null,a=null,l,u,d,f=_(o[x==1?r:i]),p=_(o[r]),m=_(o[i]),h=t(x==1?p+1:m-1);for(let e=x==1?r:i;e>=r&&e<=i;e+=x){let r=o[e],i=(x==1?r<h:r>h)?f:_(r),c=s[e];i==f?c==null?c===null&&(w=!0):(u=c,n==null?(y(C,i,v(u)),l=n=a=u):u<n?n=u:u>a&&(a=u)):(n!=null&&b(C,f,v(n),v(a),v(l),v(u)),c==null?(n=a=null,c===null&&(w=!0)):(u=c,y(C,i,v(u)),n=a=l=u),f=i,h=t(f+x))}n!=null&&n!=a&&d!=f&&b(C,f,v(n),v(a),v(l),v(u))}else for(let e=x==1?r:i;e>=r&&e<=i;e+=x){let t=s[e];t===null?w=!0:t!=null&&y(C,_(o[e]),v(t))}let[T,E]=Ns(e,n);if(a.fill!=null||T!=0){let t=S.fill=new Path2D(C),s=v(a.fillTo(e,n,a.min,a.max,T)),c=_(o[r]),l=_(o[i]);x==-1&&([l,c]=[c,l]),y(t,l,s),y(t,c,s)}if(!a.spanGaps){let l=[];w&&l.push(...Rs(o,s,r,i,x,_,t)),S.gaps=l=a.gaps(e,n,r,i,l),S.clip=Is(l,c.ori,f,p,m,h)}return E!=0&&(S.band=E==2?[Fs(e,n,r,i,C,-1),Fs(e,n,r,i,C,1)]:Fs(e,n,r,i,C,E)),S})}function nc(e){let t=Y(e.align,1),n=Y(e.ascDesc,!1),r=Y(e.alignGaps,0),i=Y(e.extend,!1);return(e,a,o,s)=>Ms(e,a,(c,l,u,d,f,p,m,h,g,_,v)=>{[o,s]=Ii(u,o,s);let y=c.pxRound,{left:b,width:x}=e.bbox,S=e=>y(p(e,d,_,h)),C=e=>y(m(e,f,v,g)),w=d.ori==0?Us:Ws,T={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:As},E=T.stroke,D=d.dir*(d.ori==0?1:-1),O=C(u[D==1?o:s]),ee=S(l[D==1?o:s]),te=ee,k=ee;i&&t==-1&&(k=b,w(E,k,O)),w(E,ee,O);for(let e=D==1?o:s;e>=o&&e<=s;e+=D){let n=u[e];if(n==null)continue;let r=S(l[e]),i=C(n);t==1?w(E,r,O):w(E,te,i),w(E,r,i),O=i,te=r}let ne=te;i&&t==1&&(ne=b+x,w(E,ne,O));let[re,ie]=Ns(e,a);if(c.fill!=null||re!=0){let t=T.fill=new Path2D(E),n=C(c.fillTo(e,a,c.min,c.max,re));w(t,ne,n),w(t,k,n)}if(!c.spanGaps){let i=[];i.push(...Rs(l,u,o,s,D,S,r));let f=c.width*q/2,p=n||t==1?f:-f,m=n||t==-1?-f:f;i.forEach(e=>{e[0]+=p,e[1]+=m}),T.gaps=i=c.gaps(e,a,o,s,i),T.clip=Is(i,d.ori,h,g,_,v)}return ie!=0&&(T.band=ie==2?[Fs(e,a,o,s,E,-1),Fs(e,a,o,s,E,1)]:Fs(e,a,o,s,E,ie)),T})}function rc(e,t,n,r,i,a,o=X){if(e.length>1){let s=null;for(let c=0,l=1/0;c<e.length;c++)if(t[c]!==void 0){if(s!=null){let t=Qi(e[c]-e[s]);t<l&&(l=t,o=Qi(n(e[c],r,i,a)-n(e[s],r,i,a)))}s=c}}return o}function ic(e){e||=Da;let t=Y(e.size,[.6,X,1]),n=e.align||0,r=e.gap||0,i=e.radius;i=i==null?[0,0]:typeof i==`number`?[i,0]:i;let a=Z(i),o=1-t[0],s=Y(t[1],X),c=Y(t[2],1),l=Y(e.disp,Da),u=Y(e.each,e=>{}),{fill:d,stroke:f}=l;return(e,t,i,p)=>Ms(e,t,(m,h,g,_,v,y,b,x,S,C,w)=>{let T=m.pxRound,E=n,D=r*q,O=s*q,ee=c*q,te,k;_.ori==0?[te,k]=a(e,t):[k,te]=a(e,t);let ne=_.dir*(_.ori==0?1:-1),re=_.ori==0?Gs:Ks,ie=_.ori==0?u:(e,t,n,r,i,a,o)=>{u(e,t,n,i,r,o,a)},ae=Y(e.bands,Oa).find(e=>e.series[0]==t),oe=ae==null?0:ae.dir,se=m.fillTo(e,t,m.min,m.max,oe),A=T(b(se,v,w,S)),j,M,N,P=C,F=T(m.width*q),ce=!1,le=null,ue=null,de=null,fe=null;d!=null&&(F==0||f!=null)&&(ce=!0,le=d.values(e,t,i,p),ue=/* @__PURE__ */ new Map,new Set(le).forEach(e=>{e!=null&&ue.set(e,new Path2D)}),F>0&&(de=f.values(e,t,i,p),fe=/* @__PURE__ */ new Map,new Set(de).forEach(e=>{e!=null&&fe.set(e,new Path2D)})));let{x0:pe,size:me}=l;if(pe!=null&&me!=null){E=1,h=pe.values(e,t,i,p),pe.unit==2&&(h=h.map(t=>e.posToVal(x+t*C,_.key,!0)));let n=me.values(e,t,i,p);M=me.unit==2?n[0]*C:y(n[0],_,C,x)-y(0,_,C,x),P=rc(h,g,y,_,C,x,P),N=P-M+D}else P=rc(h,g,y,_,C,x,P),N=P*o+D,M=P-N;N<1&&(N=0),F>=M/2&&(F=0),N<5&&(T=ma);let he=N>0,ge=P-N-(he?F:0);M=T(da(ge,ee,O)),j=(E==0?M/2:E==ne?0:M)-E*ne*((E==0?D/2:0)+(he?F/2:0));let _e={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},ve=ce?null:new Path2D,ye=null;if(ae!=null)ye=e.data[ae.series[1]];else{let{y0:n,y1:r}=l;n!=null&&r!=null&&(g=r.values(e,t,i,p),ye=n.values(e,t,i,p))}let be=te*M,xe=k*M;for(let n=ne==1?i:p;n>=i&&n<=p;n+=ne){let r=g[n];if(r==null)continue;if(ye!=null){let e=ye[n]??0;if(r-e==0)continue;A=b(e,v,w,S)}let i=y(_.distr!=2||l!=null?h[n]:n,_,C,x),a=b(Y(r,se),v,w,S),o=T(i-j),s=T(ra(a,A)),c=T(na(a,A)),u=s-c;if(r!=null){let i=r<0?xe:be,a=r<0?be:xe;ce?(F>0&&de[n]!=null&&re(fe.get(de[n]),o,c+$i(F/2),M,ra(0,u-F),i,a),le[n]!=null&&re(ue.get(le[n]),o,c+$i(F/2),M,ra(0,u-F),i,a)):re(ve,o,c+$i(F/2),M,ra(0,u-F),i,a),ie(e,t,n,o-F/2,c,M+F,u)}}return F>0?_e.stroke=ce?fe:ve:ce||(_e._fill=m.width==0?m._fill:m._stroke??m._fill,_e.width=0),_e.fill=ce?ue:ve,_e})}function ac(e,t){let n=Y(t?.alignGaps,0);return(t,r,i,a)=>Ms(t,r,(o,s,c,l,u,d,f,p,m,h,g)=>{[i,a]=Ii(c,i,a);let _=o.pxRound,v=e=>_(d(e,l,h,p)),y=e=>_(f(e,u,g,m)),b,x,S;l.ori==0?(b=Vs,S=Us,x=Ys):(b=Hs,S=Ws,x=Xs);let C=l.dir*(l.ori==0?1:-1),w=v(s[C==1?i:a]),T=w,E=[],D=[];for(let e=C==1?i:a;e>=i&&e<=a;e+=C)if(c[e]!=null){let t=s[e],n=v(t);E.push(T=n),D.push(y(c[e]))}let O={stroke:e(E,D,b,S,x,_),fill:null,clip:null,band:null,gaps:null,flags:As},ee=O.stroke,[te,k]=Ns(t,r);if(o.fill!=null||te!=0){let e=O.fill=new Path2D(ee),n=y(o.fillTo(t,r,o.min,o.max,te));S(e,T,n),S(e,w,n)}if(!o.spanGaps){let e=[];e.push(...Rs(s,c,i,a,C,v,n)),O.gaps=e=o.gaps(t,r,i,a,e),O.clip=Is(e,l.ori,p,m,h,g)}return k!=0&&(O.band=k==2?[Fs(t,r,i,a,ee,-1),Fs(t,r,i,a,ee,1)]:Fs(t,r,i,a,ee,k)),O})}function oc(e){return ac(sc,e)}function sc(e,t,n,r,i,a){let o=e.length;if(o<2)return null;let s=new Path2D;if(n(s,e[0],t[0]),o==2)r(s,e[1],t[1]);else{let n=Array(o),r=Array(o-1),a=Array(o-1),c=Array(o-1);for(let n=0;n<o-1;n++)a[n]=t[n+1]-t[n],c[n]=e[n+1]-e[n],r[n]=a[n]/c[n];n[0]=r[0];for(let e=1;e<o-1;e++)r[e]===0||r[e-1]===0||r[e-1]>0!=r[e]>0?n[e]=0:(n[e]=3*(c[e-1]+c[e])/((2*c[e]+c[e-1])/r[e-1]+(c[e]+2*c[e-1])/r[e]),isFinite(n[e])||(n[e]=0));n[o-1]=r[o-2];for(let r=0;r<o-1;r++)i(s,e[r]+c[r]/3,t[r]+n[r]*c[r]/3,e[r+1]-c[r]/3,t[r+1]-n[r+1]*c[r]/3,e[r+1],t[r+1])}return s}var cc=/* @__PURE__ */ new Set;function lc(){for(let e of cc)e.syncRect(!0)}fi&&(Ai(si,mi,lc),Ai(ci,mi,lc,!0),Ai(ui,mi,()=>{Tc.pxRatio=q}));var uc=tc(),dc=Zs();function fc(e,t,n,r){return(r?[e[0],e[1]].concat(e.slice(2)):[e[0]].concat(e.slice(1))).map((e,r)=>mc(e,r,t,n))}function pc(e,t){return e.map((e,n)=>n==0?{}:za({},t,e))}function mc(e,t,n,r){return za({},t==0?n:r,e)}function hc(e,t,n){return t==null?ka:[t,n]}var gc=hc;function _c(e,t,n){return t==null?ka:Gi(t,n,Vi,!0)}function vc(e,t,n,r){return t==null?ka:zi(t,n,e.scales[r].log,!1)}var yc=vc;function bc(e,t,n,r){return t==null?ka:Bi(t,n,e.scales[r].log,!1)}var xc=bc;function Sc(e,t,n,r,i){let a=ra(ua(e),ua(t)),o=t-e,s=Mi(i/r*o,n);do{let e=n[s],t=r*e/o;if(t>=i&&a+(e<5?wa.get(e):0)<=17)return[e,t]}while(++s<n.length);return[0,0]}function Cc(e){let t,n;return e=e.replace(/(\d+)px/,(e,r)=>(t=ea((n=+r)*q))+`px`),[e,t,n]}function wc(e){e.show&&[e.font,e.labelFont].forEach(e=>{let t=Q(e[2]*q,1);e[0]=e[0].replace(/[0-9.]+px/,t+`px`),e[1]=t})}function Tc(e,t,n){let r={mode:Y(e.mode,1)},i=r.mode;function a(e,t,n,r){let i=t.valToPct(e);return r+n*(t.dir==-1?1-i:i)}function o(e,t,n,r){let i=t.valToPct(e);return r+n*(t.dir==-1?i:1-i)}function s(e,t,n,r){return t.ori==0?a(e,t,n,r):o(e,t,n,r)}r.valToPosH=a,r.valToPosV=o;let c=!1;r.status=0;let l=r.root=xi(Dr);if(e.id!=null&&(l.id=e.id),vi(l,e.class),e.title){let t=xi(Ar,l);t.textContent=e.title}let u=bi(`canvas`),d=r.ctx=u.getContext(`2d`),f=xi(jr,l);Ai(`click`,f,e=>{e.target===m&&(B!=an||V!=on)&&un.click(r,e)},!0);let p=r.under=xi(Mr,f);f.appendChild(u);let m=r.over=xi(Nr,f);e=Ra(e);let h=+Y(e.pxAlign,1),g=zs(h);(e.plugins||[]).forEach(t=>{t.opts&&(e=t.opts(r,e)||e)});let _=e.ms||.001,v=r.series=i==1?fc(e.series||[],as,ws,!1):pc(e.series||[null],Cs),y=r.axes=fc(e.axes||[],ns,vs,!0),b=r.scales={},x=r.bands=e.bands||[];x.forEach(e=>{e.fill=Z(e.fill||null),e.dir=Y(e.dir,-1)});let S=i==2?v[1].facets[0].scale:v[0].scale,C={axes:Ht,series:jt},w=(e.drawOrder||[`axes`,`series`]).map(e=>C[e]);function T(e){let t=e.distr==3?t=>oa(t>0?t:e.clamp(r,t,e.min,e.max,e.key)):e.distr==4?t=>la(t,e.asinh):e.distr==100?t=>e.fwd(t):e=>e;return n=>{let r=t(n),{_min:i,_max:a}=e,o=a-i;return(r-i)/o}}function E(t){let n=b[t];if(n==null){let r=(e.scales||Da)[t]||Da;if(r.from!=null){E(r.from);let e=za({},b[r.from],r,{key:t});e.valToPct=T(e),b[t]=e}else{n=b[t]=za({},t==S?Es:Ds,r),n.key=t;let e=n.time,a=n.range,o=Aa(a);if((t!=S||i==2&&!e)&&(o&&(a[0]==null||a[1]==null)&&(a={min:a[0]==null?Hi:{mode:1,hard:a[0],soft:a[0]},max:a[1]==null?Hi:{mode:1,hard:a[1],soft:a[1]}},o=!1),!o&&Pa(a))){let e=a;a=(t,n,r)=>n==null?ka:Gi(n,r,e)}n.range=Z(a||(e?gc:t==S?n.distr==3?yc:n.distr==4?xc:hc:n.distr==3?vc:n.distr==4?bc:_c)),n.auto=Z(!o&&n.auto),n.clamp=Z(n.clamp||Ts),n._min=n._max=null,n.valToPct=T(n)}}}E(`x`),E(`y`),i==1&&v.forEach(e=>{E(e.scale)}),y.forEach(e=>{E(e.scale)});for(let t in e.scales)E(t);let D=b[S],O=D.distr,ee,te;D.ori==0?(vi(l,Or),ee=a,te=o):(vi(l,kr),ee=o,te=a);let k={};for(let e in b){let t=b[e];(t.min!=null||t.max!=null)&&(k[e]={min:t.min,max:t.max},t.min=t.max=null)}let ne=e.tzDate||(e=>new Date(ea(e/_))),re=e.fmtDate||ro,ie=_==1?Eo(ne):ko(ne),ae=jo(ne,Ao(_==1?To:Oo,re)),oe=Io(ne,Po(Fo,re)),se=[],A=r.legend=za({},zo,e.legend),j=r.cursor=za({},Jo,{drag:{y:i==2}},e.cursor),M=A.show,N=j.show,P=A.markers;A.idxs=se,P.width=Z(P.width),P.dash=Z(P.dash),P.stroke=Z(P.stroke),P.fill=Z(P.fill);let F,ce,le,ue=[],de=[],fe,pe=!1,me={};if(A.live){let e=v[1]?v[1].values:null;pe=e!=null,fe=pe?e(r,1,0):{_:0};for(let e in fe)me[e]=di}if(M){if(F=bi(`table`,Br,l),le=bi(`tbody`,null,F),A.mount(r,F),pe){ce=bi(`thead`,null,F,le);let e=bi(`tr`,null,ce);for(var he in bi(`th`,null,e),fe)bi(`th`,Gr,e).textContent=he}else vi(F,Hr),A.live&&vi(F,Vr)}let ge={show:!0},_e={show:!1};function ve(e,t){if(t==0&&(pe||!A.live||i==2))return ka;let n=[],a=bi(`tr`,Ur,le,le.childNodes[t]);vi(a,e.class),e.show||vi(a,Fr);let o=bi(`th`,null,a);if(P.show){let e=xi(Wr,o);if(t>0){let n=P.width(r,t);n&&(e.style.border=n+`px `+P.dash(r,t)+` `+P.stroke(r,t)),e.style.background=P.fill(r,t)}}let s=xi(Gr,o);for(var c in e.label instanceof HTMLElement?s.appendChild(e.label):s.textContent=e.label,t>0&&(P.show||(s.style.color=e.width>0?P.stroke(r,t):P.fill(r,t)),be(`click`,o,t=>{if(j._lock)return;Ke(t);let n=v.indexOf(e);if((t.ctrlKey||t.metaKey)!=A.isolate){let e=v.some((e,t)=>t>0&&t!=n&&e.show);v.forEach((t,r)=>{r>0&&gn(r,e?r==n?ge:_e:ge,!0,$n.setSeries)})}else gn(n,{show:!e.show},!0,$n.setSeries)},!1),Ye&&be(ii,o,t=>{j._lock||(Ke(t),gn(v.indexOf(e),wn,!0,$n.setSeries))},!1)),fe){let e=bi(`td`,Kr,a);e.textContent=`--`,n.push(e)}return[a,n]}let ye=/* @__PURE__ */ new Map;function be(e,t,n,i=!0){let a=ye.get(t)||{},o=j.bind[e](r,t,n,i);o&&(Ai(e,t,a[e]=o),ye.set(t,a))}function xe(e,t,n){let r=ye.get(t)||{};for(let n in r)(e==null||n==e)&&(ji(n,t,r[n]),delete r[n]);e??ye.delete(t)}let Se=0,Ce=0,I=0,L=0,we=0,Te=0,Ee=we,De=Te,Oe=I,ke=L,Ae=0,je=0,Me=0,Ne=0;r.bbox={};let Pe=!1,Fe=!1,Ie=!1,Le=!1,Re=!1,ze=!1;function Be(e,t,n){(n||e!=r.width||t!=r.height)&&Ve(e,t),Ut(!1),Ie=!0,Fe=!0,Jt()}function Ve(e,t){r.width=Se=I=e,r.height=Ce=L=t,we=Te=0,We(),Ge();let n=r.bbox;Ae=n.left=xa(we*q,.5),je=n.top=xa(Te*q,.5),Me=n.width=xa(I*q,.5),Ne=n.height=xa(L*q,.5)}function He(){let e=!1,t=0;for(;!e;){t++;let n=Bt(t),i=Vt(t);e=t==3||n&&i,e||(Ve(r.width,r.height),Fe=!0)}}function Ue({width:e,height:t}){Be(e,t)}r.setSize=Ue;function We(){let e=!1,t=!1,n=!1,r=!1;y.forEach((i,a)=>{if(i.show&&i._show){let{side:a,_size:o}=i,s=a%2,c=o+(i.label==null?0:i.labelSize);c>0&&(s?(I-=c,a==3?(we+=c,r=!0):n=!0):(L-=c,a==0?(Te+=c,e=!0):t=!0))}}),it[0]=e,it[1]=n,it[2]=t,it[3]=r,I-=ct[1]+ct[3],we+=ct[3],L-=ct[2]+ct[0],Te+=ct[0]}function Ge(){let e=we+I,t=Te+L,n=we,r=Te;function i(i,a){switch(i){case 1:return e+=a,e-a;case 2:return t+=a,t-a;case 3:return n-=a,n+a;case 0:return r-=a,r+a}}y.forEach((e,t)=>{if(e.show&&e._show){let t=e.side;e._pos=i(t,e._size),e.label!=null&&(e._lpos=i(t,e.labelSize))}})}if(j.dataIdx==null){let e=j.hover,n=e.skip=new Set(e.skip??[]);n.add(void 0);let r=e.prox=Z(e.prox),i=e.bias??=0;j.dataIdx=(e,a,o,s)=>{if(a==0)return o;let c=o,l=r(e,a,o,s)??X,u=l>=0&&l<X,d=D.ori==0?I:L,f=j.left,p=t[0],m=t[a];if(n.has(m[o])){c=null;let e=null,t=null,r;if(i==0||i==-1)for(r=o;e==null&&r-->0;)n.has(m[r])||(e=r);if(i==0||i==1)for(r=o;t==null&&r++<m.length;)n.has(m[r])||(t=r);if(e!=null||t!=null){if(u){let n=e==null?-1/0:ee(p[e],D,d,0),r=t==null?1/0:ee(p[t],D,d,0),i=f-n,a=r-f;i<=a?i<=l&&(c=e):a<=l&&(c=t)}else c=t==null?e:e==null?t:o-e<=t-o?e:t}}else u&&Qi(f-ee(p[o],D,d,0))>l&&(c=null);return c}}let Ke=e=>{j.event=e};j.idxs=se,j._lock=!1;let qe=j.points;qe.show=Z(qe.show),qe.size=Z(qe.size),qe.stroke=Z(qe.stroke),qe.width=Z(qe.width),qe.fill=Z(qe.fill);let Je=r.focus=za({},e.focus||{alpha:.3},j.focus),Ye=Je.prox>=0,Xe=Ye&&qe.one,Ze=[],Qe=[],$e=[];function et(e,t){let n=qe.show(r,t);if(n instanceof HTMLElement)return vi(n,zr),vi(n,e.class),Ci(n,-10,-10,I,L),m.insertBefore(n,Ze[t]),n}function tt(e,t){if(i==1||t>0){let t=i==1&&b[e.scale].time,n=e.value;e.value=t?Na(n)?Io(ne,Po(n,re)):n||oe:n||_s,e.label=e.label||(t?is:rs)}if(Xe||t>0){e.width=e.width==null?1:e.width,e.paths=e.paths||uc||ga,e.fillTo=Z(e.fillTo||Ps),e.pxAlign=+Y(e.pxAlign,h),e.pxRound=zs(e.pxAlign),e.stroke=Z(e.stroke||null),e.fill=Z(e.fill||null),e._stroke=e._fill=e._paths=e._focus=null;let t=ys(ra(1,e.width),1),n=e.points=za({},{size:t,width:ra(1,t*.2),stroke:e.stroke,space:t*2,paths:dc,_stroke:null,_fill:null},e.points);n.show=Z(n.show),n.filter=Z(n.filter),n.fill=Z(n.fill),n.stroke=Z(n.stroke),n.paths=Z(n.paths),n.pxAlign=e.pxAlign}if(M){let n=ve(e,t);ue.splice(t,0,n[0]),de.splice(t,0,n[1]),A.values.push(null)}if(N){se.splice(t,0,null);let n=null;Xe?t==0&&(n=et(e,t)):t>0&&(n=et(e,t)),Ze.splice(t,0,n),Qe.splice(t,0,0),$e.splice(t,0,0)}Zn(`addSeries`,t)}function nt(e,t){t??=v.length,e=i==1?mc(e,t,as,ws):mc(e,t,{},Cs),v.splice(t,0,e),tt(v[t],t)}r.addSeries=nt;function rt(e){if(v.splice(e,1),M){A.values.splice(e,1),de.splice(e,1);let t=ue.splice(e,1)[0];xe(null,t.firstChild),t.remove()}N&&(se.splice(e,1),Ze.splice(e,1)[0].remove(),Qe.splice(e,1),$e.splice(e,1)),Zn(`delSeries`,e)}r.delSeries=rt;let it=[!1,!1,!1,!1];function at(e,t){if(e._show=e.show,e.show){let n=e.side%2,i=b[e.scale];i??=(e.scale=n?v[1].scale:S,b[e.scale]);let a=i.time;e.size=Z(e.size),e.space=Z(e.space),e.rotate=Z(e.rotate),Aa(e.incrs)&&e.incrs.forEach(e=>{!wa.has(e)&&wa.set(e,Ta(e))}),e.incrs=Z(e.incrs||(i.distr==2?uo:a?_==1?wo:Do:fo)),e.splits=Z(e.splits||(a&&i.distr==1?ie:i.distr==3?cs:i.distr==4?ls:ss)),e.stroke=Z(e.stroke),e.grid.stroke=Z(e.grid.stroke),e.ticks.stroke=Z(e.ticks.stroke),e.border.stroke=Z(e.border.stroke);let o=e.values;e.values=Aa(o)&&!Aa(o[0])?Z(o):a?Aa(o)?jo(ne,Ao(o,re)):Na(o)?Mo(ne,o):o||ae:o||os,e.filter=Z(e.filter||(i.distr>=3&&i.log==10?hs:i.distr==3&&i.log==2?gs:ha)),e.font=Cc(e.font),e.labelFont=Cc(e.labelFont),e._size=e.size(r,null,t,0),e._space=e._rotate=e._incrs=e._found=e._splits=e._values=null,e._size>0&&(it[t]=!0,e._el=xi(Pr,f))}}function ot(e,t,n,r){let[i,a,o,s]=n,c=t%2,l=0;return c==0&&(s||a)&&(l=t==0&&!i||t==2&&!o?ea(ns.size/3):0),c==1&&(i||o)&&(l=t==1&&!a||t==3&&!s?ea(vs.size/2):0),l}let st=r.padding=(e.padding||[ot,ot,ot,ot]).map(e=>Z(Y(e,ot))),ct=r._padding=st.map((e,t)=>e(r,t,it,0)),lt,R=null,ut=null,dt=i==1?v[0].idxs:null,ft=null,pt=!1;function mt(e,n){if(t=e??[],r.data=r._data=t,i==2){lt=0;for(let e=1;e<v.length;e++)lt+=t[e][0].length}else{t.length==0&&(r.data=r._data=t=[[]]),ft=t[0],lt=ft.length;let e=t;if(O==2){e=t.slice();let n=e[0]=Array(lt);for(let e=0;e<lt;e++)n[e]=e}r._data=t=e}if(Ut(!0),Zn(`setData`),O==2&&(Ie=!0),n!==!1){let e=D;e.auto(r,pt)?ht():hn(S,e.min,e.max),Le||=j.left>=0,ze=!0,Jt()}}r.setData=mt;function ht(){pt=!0;let e,n;i==1&&(lt>0?(R=dt[0]=0,ut=dt[1]=lt-1,e=t[0][R],n=t[0][ut],O==2?(e=R,n=ut):e==n&&(O==3?[e,n]=zi(e,e,D.log,!1):O==4?[e,n]=Bi(e,e,D.log,!1):D.time?n=e+ea(86400/_):[e,n]=Gi(e,n,Vi,!0))):(R=dt[0]=e=null,ut=dt[1]=n=null)),hn(S,e,n)}let gt,_t,vt,yt,bt,xt,St,Ct,wt,z;function Tt(e,t,n,r,i,a){e??=ei,n??=Oa,r??=`butt`,i??=ei,a??=`round`,e!=gt&&(d.strokeStyle=gt=e),i!=_t&&(d.fillStyle=_t=i),t!=vt&&(d.lineWidth=vt=t),a!=bt&&(d.lineJoin=bt=a),r!=xt&&(d.lineCap=xt=r),n!=yt&&d.setLineDash(yt=n)}function Et(e,t,n,r){t!=_t&&(d.fillStyle=_t=t),e!=St&&(d.font=St=e),n!=Ct&&(d.textAlign=Ct=n),r!=wt&&(d.textBaseline=wt=r)}function Dt(e,t,n,i,a=0){if(i.length>0&&e.auto(r,pt)&&(t==null||t.min==null)){let t=Y(R,0),r=Y(ut,i.length-1),o=n.min==null?Ri(i,t,r,a,e.distr==3):[n.min,n.max];e.min=na(e.min,n.min=o[0]),e.max=ra(e.max,n.max=o[1])}}let Ot={min:null,max:null};function kt(){for(let e in b){let t=b[e];k[e]==null&&(t.min==null||k[S]!=null&&t.auto(r,pt))&&(k[e]=Ot)}for(let e in b){let t=b[e];k[e]==null&&t.from!=null&&k[t.from]!=null&&(k[e]=Ot)}k[S]!=null&&Ut(!0);let e={};for(let t in k){let n=k[t];if(n!=null){let a=e[t]=Ra(b[t],Fa);if(n.min!=null)za(a,n);else if(t!=S||i==2){if(lt==0&&a.from==null){let e=a.range(r,null,null,t);a.min=e[0],a.max=e[1]}else a.min=X,a.max=-1/0}}}if(lt>0){v.forEach((n,a)=>{if(i==1){let i=n.scale,o=k[i];if(o==null)return;let s=e[i];if(a==0){let e=s.range(r,s.min,s.max,i);s.min=e[0],s.max=e[1],R=Mi(s.min,t[0]),ut=Mi(s.max,t[0]),ut-R>1&&(t[0][R]<s.min&&R++,t[0][ut]>s.max&&ut--),n.min=ft[R],n.max=ft[ut]}else n.show&&n.auto&&Dt(s,o,n,t[a],n.sorted);n.idxs[0]=R,n.idxs[1]=ut}else if(a>0&&n.show&&n.auto){let[r,i]=n.facets,o=r.scale,s=i.scale,[c,l]=t[a],u=e[o],d=e[s];u!=null&&Dt(u,k[o],r,c,r.sorted),d!=null&&Dt(d,k[s],i,l,i.sorted),n.min=i.min,n.max=i.max}});for(let t in e){let n=e[t],i=k[t];if(n.from==null&&(i==null||i.min==null)){let e=n.range(r,n.min==X?null:n.min,n.max==-1/0?null:n.max,t);n.min=e[0],n.max=e[1]}}}for(let t in e){let n=e[t];if(n.from!=null){let i=e[n.from];if(i.min==null)n.min=n.max=null;else{let e=n.range(r,i.min,i.max,t);n.min=e[0],n.max=e[1]}}}let n={},a=!1;for(let t in e){let r=e[t],i=b[t];if(i.min!=r.min||i.max!=r.max){i.min=r.min,i.max=r.max;let e=i.distr;i._min=e==3?oa(i.min):e==4?la(i.min,i.asinh):e==100?i.fwd(i.min):i.min,i._max=e==3?oa(i.max):e==4?la(i.max,i.asinh):e==100?i.fwd(i.max):i.max,n[t]=a=!0}}if(a){v.forEach((e,t)=>{i==2?t>0&&n.y&&(e._paths=null):n[e.scale]&&(e._paths=null)});for(let e in n)Ie=!0,Zn(`setScale`,e);N&&j.left>=0&&(Le=ze=!0)}for(let e in k)k[e]=null}function At(e){let t=da(R-1,0,lt-1),n=da(ut+1,0,lt-1);for(;e[t]==null&&t>0;)t--;for(;e[n]==null&&n<lt-1;)n++;return[t,n]}function jt(){if(lt>0){let e=v.some(e=>e._focus)&&z!=Je.alpha;e&&(d.globalAlpha=z=Je.alpha),v.forEach((e,n)=>{if(n>0&&e.show&&(Mt(n,!1),Mt(n,!0),e._paths==null)){let a=z;z!=e.alpha&&(d.globalAlpha=z=e.alpha);let o=i==2?[0,t[n][0].length-1]:At(t[n]);e._paths=e.paths(r,n,o[0],o[1]),z!=a&&(d.globalAlpha=z=a)}}),v.forEach((e,t)=>{if(t>0&&e.show){let n=z;z!=e.alpha&&(d.globalAlpha=z=e.alpha),e._paths!=null&&Nt(t,!1);{let n=e._paths==null?null:e._paths.gaps,i=e.points.show(r,t,R,ut,n),a=e.points.filter(r,t,i,n);(i||a)&&(e.points._paths=e.points.paths(r,t,R,ut,a),Nt(t,!0))}z!=n&&(d.globalAlpha=z=n),Zn(`drawSeries`,t)}}),e&&(d.globalAlpha=z=1)}}function Mt(e,t){let n=t?v[e].points:v[e];n._stroke=n.stroke(r,e),n._fill=n.fill(r,e)}function Nt(e,t){let n=t?v[e].points:v[e],{stroke:r,fill:i,clip:a,flags:o,_stroke:s=n._stroke,_fill:c=n._fill,_width:l=n.width}=n._paths;l=Q(l*q,3);let u=null,f=l%2/2;t&&c==null&&(c=l>0?`#fff`:s);let p=n.pxAlign==1&&f>0;if(p&&d.translate(f,f),!t){let e=Ae-l/2,t=je-l/2,n=Me+l,r=Ne+l;u=new Path2D,u.rect(e,t,n,r)}t?Ft(s,l,n.dash,n.cap,c,r,i,o,a):Pt(e,s,l,n.dash,n.cap,c,r,i,o,u,a),p&&d.translate(-f,-f)}function Pt(e,n,i,a,o,s,c,l,u,d,f){let p=!1;u!=0&&x.forEach((m,h)=>{if(m.series[0]==e){let e=v[m.series[1]],g=t[m.series[1]],_=(e._paths||Da).band;Aa(_)&&(_=m.dir==1?_[0]:_[1]);let y,b=null;e.show&&_&&Ki(g,R,ut)?(b=m.fill(r,h)||s,y=e._paths.clip):_=null,Ft(n,i,a,o,b,c,l,u,d,f,y,_),p=!0}}),p||Ft(n,i,a,o,s,c,l,u,d,f)}function Ft(e,t,n,r,i,a,o,s,c,l,u,f){Tt(e,t,n,r,i),(c||l||f)&&(d.save(),c&&d.clip(c),l&&d.clip(l)),f?(s&3)==3?(d.clip(f),u&&d.clip(u),Lt(i,o),It(e,a,t)):s&js?(Lt(i,o),d.clip(f),It(e,a,t)):s&As&&(d.save(),d.clip(f),u&&d.clip(u),Lt(i,o),d.restore(),It(e,a,t)):(Lt(i,o),It(e,a,t)),(c||l||f)&&d.restore()}function It(e,t,n){n>0&&(t instanceof Map?t.forEach((e,t)=>{d.strokeStyle=gt=t,d.stroke(e)}):t!=null&&e&&d.stroke(t))}function Lt(e,t){t instanceof Map?t.forEach((e,t)=>{d.fillStyle=_t=t,d.fill(e)}):t!=null&&e&&d.fill(t)}function Rt(e,t,n,i){let a=y[e],o;if(i<=0)o=[0,0];else{let s=a._space=a.space(r,e,t,n,i);o=Sc(t,n,a._incrs=a.incrs(r,e,t,n,i,s),i,s)}return a._found=o}function zt(e,t,n,r,i,a,o,s,c,l){let u=o%2/2;h==1&&d.translate(u,u),Tt(s,o,c,l,s),d.beginPath();let f,p,m,g,_=i+(r==0||r==3?-a:a);n==0?(p=i,g=_):(f=i,m=_);for(let r=0;r<e.length;r++)t[r]!=null&&(n==0?f=m=e[r]:p=g=e[r],d.moveTo(f,p),d.lineTo(m,g));d.stroke(),h==1&&d.translate(-u,-u)}function Bt(e){let t=!0;return y.forEach((n,i)=>{if(!n.show)return;let a=b[n.scale];if(a.min==null){n._show&&(t=!1,n._show=!1,Ut(!1));return}n._show||(t=!1,n._show=!0,Ut(!1));let o=n.side,s=o%2,{min:c,max:l}=a,[u,d]=Rt(i,c,l,s==0?I:L);if(d==0)return;let f=a.distr==2,p=n._splits=n.splits(r,i,c,l,u,d,f),m=a.distr==2?p.map(e=>ft[e]):p,h=a.distr==2?ft[p[1]]-ft[p[0]]:u,g=n._values=n.values(r,n.filter(r,m,i,d,h),i,d,h);n._rotate=o==2?n.rotate(r,g,i,d):0;let _=n._size;n._size=ta(n.size(r,g,i,e)),_!=null&&n._size!=_&&(t=!1)}),t}function Vt(e){let t=!0;return st.forEach((n,i)=>{let a=n(r,i,it,e);a!=ct[i]&&(t=!1),ct[i]=a}),t}function Ht(){for(let e=0;e<y.length;e++){let t=y[e];if(!t.show||!t._show)continue;let n=t.side,i=n%2,a,o,c=t.stroke(r,e),l=n==0||n==3?-1:1,[u,f]=t._found;if(t.label!=null){let s=t.labelGap*l,p=ea((t._lpos+s)*q);Et(t.labelFont[0],c,`center`,n==2?Yr:Xr),d.save(),i==1?(a=o=0,d.translate(p,ea(je+Ne/2)),d.rotate((n==3?-Zi:Zi)/2)):(a=ea(Ae+Me/2),o=p);let m=fa(t.label)?t.label(r,e,u,f):t.label;d.fillText(m,a,o),d.restore()}if(f==0)continue;let p=b[t.scale],m=i==0?Me:Ne,h=i==0?Ae:je,_=t._splits,v=p.distr==2?_.map(e=>ft[e]):_,x=p.distr==2?ft[_[1]]-ft[_[0]]:u,S=t.ticks,C=t.border,w=S.show?S.size:0,T=ea(w*q),E=ea((t.alignTo==2?t._size-w-t.gap:t.gap)*q),D=t._rotate*-Zi/180,O=g(t._pos*q),ee=O+(T+E)*l;o=i==0?ee:0,a=i==1?ee:0;let te=t.font[0];Et(te,c,t.align==1?Zr:t.align==2?Qr:D>0?Zr:D<0?Qr:i==0?`center`:n==3?Qr:Zr,D||i==1?`middle`:n==2?Yr:Xr);let k=t.font[1]*t.lineGap,ne=_.map(e=>g(s(e,p,m,h))),re=t._values;for(let e=0;e<re.length;e++){let t=re[e];if(t!=null){i==0?a=ne[e]:o=ne[e],t=``+t;let n=t.indexOf(`
`)==-1?[t]:t.split(/\n/gm);for(let e=0;e<n.length;e++){let t=n[e];D?(d.save(),d.translate(a,o+e*k),d.rotate(D),d.fillText(t,0,0),d.restore()):d.fillText(t,a,o+e*k)}}}S.show&&zt(ne,S.filter(r,v,e,f,x),i,n,O,T,Q(S.width*q,3),S.stroke(r,e),S.dash,S.cap);let ie=t.grid;ie.show&&zt(ne,ie.filter(r,v,e,f,x),i,i==0?2:1,i==0?je:Ae,i==0?Ne:Me,Q(ie.width*q,3),ie.stroke(r,e),ie.dash,ie.cap),C.show&&zt([O],[1],+(i==0),i==0?1:2,i==1?je:Ae,i==1?Ne:Me,Q(C.width*q,3),C.stroke(r,e),C.dash,C.cap)}Zn(`drawAxes`)}function Ut(e){v.forEach((t,n)=>{n>0&&(t._paths=null,e&&(i==1?(t.min=null,t.max=null):t.facets.forEach(e=>{e.min=null,e.max=null})))})}let Wt=!1,Gt=!1,Kt=[];function qt(){Gt=!1;for(let e=0;e<Kt.length;e++)Zn(...Kt[e]);Kt.length=0}function Jt(){Wt||=(Ga(Xt),!0)}function Yt(e,t=!1){Wt=!0,Gt=t,e(r),Xt(),t&&Kt.length>0&&queueMicrotask(qt)}r.batch=Yt;function Xt(){if(Pe&&=(kt(),!1),Ie&&=(He(),!1),Fe){if(J(p,Zr,we),J(p,Yr,Te),J(p,qr,I),J(p,Jr,L),J(m,Zr,we),J(m,Yr,Te),J(m,qr,I),J(m,Jr,L),J(f,qr,Se),J(f,Jr,Ce),u.width=ea(Se*q),u.height=ea(Ce*q),y.forEach(({_el:e,_show:t,_size:n,_pos:r,side:i})=>{if(e!=null){if(t){let t=i===3||i===0?n:0,a=i%2==1;J(e,a?`left`:`top`,r-t),J(e,a?`width`:`height`,n),J(e,a?`top`:`left`,a?Te:we),J(e,a?`height`:`width`,a?L:I),yi(e,Fr)}else vi(e,Fr)}}),gt=_t=vt=bt=xt=St=Ct=wt=yt=null,z=1,Fn(!0),we!=Ee||Te!=De||I!=Oe||L!=ke){Ut(!1);let e=I/Oe,t=L/ke;if(N&&!Le&&j.left>=0){j.left*=e,j.top*=t,en&&Ci(en,ea(j.left),0,I,L),tn&&Ci(tn,0,ea(j.top),I,L);for(let n=0;n<Ze.length;n++){let r=Ze[n];r!=null&&(Qe[n]*=e,$e[n]*=t,Ci(r,ta(Qe[n]),ta($e[n]),I,L))}}if(U.show&&!Re&&U.left>=0&&U.width>0){U.left*=e,U.width*=e,U.top*=t,U.height*=t;for(let e in Rn)J(fn,e,U[e])}Ee=we,De=Te,Oe=I,ke=L}Zn(`setSize`),Fe=!1}Se>0&&Ce>0&&(d.clearRect(0,0,u.width,u.height),Zn(`drawClear`),w.forEach(e=>e()),Zn(`draw`)),U.show&&Re&&(pn(U),Re=!1),N&&Le&&(Nn(null,!0,!1),Le=!1),A.show&&A.live&&ze&&(jn(),ze=!1),c||(c=!0,r.status=1,Zn(`ready`)),pt=!1,Wt=!1}r.redraw=(e,t)=>{Ie=t||!1,e===!1?Jt():hn(S,D.min,D.max)};function Zt(e,n){let i=b[e];if(i.from==null){if(lt==0){let t=i.range(r,n.min,n.max,e);n.min=t[0],n.max=t[1]}if(n.min>n.max){let e=n.min;n.min=n.max,n.max=e}if(lt>1&&n.min!=null&&n.max!=null&&n.max-n.min<1e-16)return;e==S&&i.distr==2&&lt>0&&(n.min=Mi(n.min,t[0]),n.max=Mi(n.max,t[0]),n.min==n.max&&n.max++),k[e]=n,Pe=!0,Jt()}}r.setScale=Zt;let Qt,$t,en,tn,nn,rn,an,on,sn,cn,B,V,ln=!1,un=j.drag,H=un.x,dn=un.y;N&&(j.x&&(Qt=xi(Lr,m)),j.y&&($t=xi(Rr,m)),D.ori==0?(en=Qt,tn=$t):(en=$t,tn=Qt),B=j.left,V=j.top);let U=r.select=za({show:!0,over:!0,left:0,width:0,top:0,height:0},e.select),fn=U.show?xi(Ir,U.over?m:p):null;function pn(e,t){if(U.show){for(let t in e)U[t]=e[t],t in Rn&&J(fn,t,e[t]);t!==!1&&Zn(`setSelect`)}}r.setSelect=pn;function mn(e){if(v[e].show)M&&yi(ue[e],Fr);else if(M&&vi(ue[e],Fr),N){let t=Xe?Ze[0]:Ze[e];t!=null&&Ci(t,-10,-10,I,L)}}function hn(e,t,n){Zt(e,{min:t,max:n})}function gn(e,t,n,a){t.focus!=null&&Tn(e),t.show!=null&&v.forEach((n,r)=>{r>0&&(e==r||e==null)&&(n.show=t.show,mn(r),i==2?(hn(n.facets[0].scale,null,null),hn(n.facets[1].scale,null,null)):hn(n.scale,null,null),Jt())}),n!==!1&&Zn(`setSeries`,e,t),a&&K(`setSeries`,r,e,t)}r.setSeries=gn;function _n(e,t){za(x[e],t)}function vn(e,t){e.fill=Z(e.fill||null),e.dir=Y(e.dir,-1),t??=x.length,x.splice(t,0,e)}function yn(e){e==null?x.length=0:x.splice(e,1)}r.addBand=vn,r.setBand=_n,r.delBand=yn;function bn(e,t){v[e].alpha=t,N&&Ze[e]!=null&&(Ze[e].style.opacity=t),M&&ue[e]&&(ue[e].style.opacity=t)}let xn,Sn,Cn,wn={focus:!0};function Tn(e){if(e!=Cn){let t=e==null,n=Je.alpha!=1;v.forEach((r,a)=>{if(i==1||a>0){let i=t||a==0||a==e;r._focus=t?null:i,n&&bn(a,i?1:Je.alpha)}}),Cn=e,n&&Jt()}}M&&Ye&&be(ai,F,e=>{j._lock||(Ke(e),Cn!=null&&gn(null,wn,!0,$n.setSeries))});function En(e,t,n){let r=b[t];n&&(e=e/q-(r.ori==1?Te:we));let i=I;r.ori==1&&(i=L,e=i-e),r.dir==-1&&(e=i-e);let a=r._min,o=r._max,s=e/i,c=a+(o-a)*s,l=r.distr;return l==3?ia(10,c):l==4?ca(c,r.asinh):l==100?r.bwd(c):c}function Dn(e,n){return Mi(En(e,S,n),t[0],R,ut)}r.valToIdx=e=>Mi(e,t[0]),r.posToIdx=Dn,r.posToVal=En,r.valToPos=(e,t,n)=>b[t].ori==0?a(e,b[t],n?Me:I,n?Ae:0):o(e,b[t],n?Ne:L,n?je:0),r.setCursor=(e,t,n)=>{B=e.left,V=e.top,Nn(null,t,n)};function On(e,t){J(fn,Zr,U.left=e),J(fn,qr,U.width=t)}function W(e,t){J(fn,Yr,U.top=e),J(fn,Jr,U.height=t)}let kn=D.ori==0?On:W,An=D.ori==1?On:W;function G(){if(M&&A.live)for(let e=+(i==2);e<v.length;e++){if(e==0&&pe)continue;let t=A.values[e],n=0;for(let r in t)de[e][n++].firstChild.nodeValue=t[r]}}function jn(e,t){if(e!=null&&(e.idxs?e.idxs.forEach((e,t)=>{se[t]=e}):Ma(e.idx)||se.fill(e.idx),A.idx=se[0]),M&&A.live){for(let e=0;e<v.length;e++)(e>0||i==1&&!pe)&&Mn(e,se[e]);G()}ze=!1,t!==!1&&Zn(`setLegend`)}r.setLegend=jn;function Mn(e,n){let i=v[e],a=e==0&&O==2?ft:t[e],o;pe?o=i.values(r,e,n)??me:(o=i.value(r,n==null?null:a[n],e,n),o=o==null?me:{_:o}),A.values[e]=o}function Nn(e,n,a){sn=B,cn=V,[B,V]=j.move(r,B,V),j.left=B,j.top=V,N&&(en&&Ci(en,ea(B),0,I,L),tn&&Ci(tn,0,ea(V),I,L));let o,s=R>ut;xn=X,Sn=null;let c=D.ori==0?I:L,l=D.ori==1?I:L;if(B<0||lt==0||s){o=j.idx=null;for(let e=0;e<v.length;e++){let t=Ze[e];t!=null&&Ci(t,-10,-10,I,L)}Ye&&gn(null,wn,!0,e==null&&$n.setSeries),A.live&&(se.fill(o),ze=!0)}else{let e,n,a;i==1&&(e=D.ori==0?B:V,n=En(e,S),o=j.idx=Mi(n,t[0],R,ut),a=ee(t[0][o],D,c,0));let s=-10,u=-10,d=0,f=0,p=!0,m=``,h=``;for(let e=+(i==2);e<v.length;e++){let g=v[e],_=se[e],y=_==null?null:i==1?t[e][_]:t[e][1][_],x=j.dataIdx(r,e,o,n),S=x==null?null:i==1?t[e][x]:t[e][1][x];if(ze=ze||S!=y||x!=_,se[e]=x,e>0&&g.show){let n=x==null?-10:x==o?a:ee(i==1?t[0][x]:t[e][0][x],D,c,0),_=S==null?-10:te(S,i==1?b[g.scale]:b[g.facets[1].scale],l,0);if(Ye&&S!=null){let t=D.ori==1?B:V,n=Qi(Je.dist(r,e,x,_,t));if(n<xn){let r=Je.bias;if(r!=0){let i=En(t,g.scale),a=S>=0?1:-1,o=i>=0?1:-1;o==a&&(o==1?r==1?S>=i:S<=i:r==1?S<=i:S>=i)&&(xn=n,Sn=e)}else xn=n,Sn=e}}if(ze||Xe){let t,i;D.ori==0?(t=n,i=_):(t=_,i=n);let a,o,c,l,g,v,y=!0,b=qe.bbox;if(b!=null){y=!1;let t=b(r,e);c=t.left,l=t.top,a=t.width,o=t.height}else c=t,l=i,a=o=qe.size(r,e);if(v=qe.fill(r,e),g=qe.stroke(r,e),Xe)e==Sn&&xn<=Je.prox&&(s=c,u=l,d=a,f=o,p=y,m=v,h=g);else{let t=Ze[e];t!=null&&(Qe[e]=c,$e[e]=l,Di(t,a,o,y),Ti(t,v,g),Ci(t,ta(c),ta(l),I,L))}}}}if(Xe){let e=Je.prox;if(ze||(Cn==null?xn<=e:xn>e||Sn!=Cn)){let e=Ze[0];e!=null&&(Qe[0]=s,$e[0]=u,Di(e,d,f,p),Ti(e,m,h),Ci(e,ta(s),ta(u),I,L))}}}if(U.show&&ln){if(e!=null){let[t,n]=$n.scales,[r,i]=$n.match,[a,o]=e.cursor.sync.scales,s=e.cursor.drag;if(H=s._x,dn=s._y,H||dn){let{left:s,top:u,width:d,height:f}=e.select,p=e.scales[a].ori,m=e.posToVal,h,g,_,v,y,x=t!=null&&r(t,a),S=n!=null&&i(n,o);x&&H?(p==0?(h=s,g=d):(h=u,g=f),_=b[t],v=ee(m(h,a),_,c,0),y=ee(m(h+g,a),_,c,0),kn(na(v,y),Qi(y-v))):kn(0,c),S&&dn?(p==1?(h=s,g=d):(h=u,g=f),_=b[n],v=te(m(h,o),_,l,0),y=te(m(h+g,o),_,l,0),An(na(v,y),Qi(y-v))):An(0,l)}else zn()}else{let e=Qi(sn-nn),t=Qi(cn-rn);if(D.ori==1){let n=e;e=t,t=n}H=un.x&&e>=un.dist,dn=un.y&&t>=un.dist;let n=un.uni;n==null?un.x&&un.y&&(H||dn)&&(H=dn=!0):H&&dn&&(H=e>=n,dn=t>=n,!H&&!dn&&(t>e?dn=!0:H=!0));let r,i;H&&(D.ori==0?(r=an,i=B):(r=on,i=V),kn(na(r,i),Qi(i-r)),dn||An(0,l)),dn&&(D.ori==1?(r=an,i=B):(r=on,i=V),An(na(r,i),Qi(i-r)),H||kn(0,c)),!H&&!dn&&(kn(0,0),An(0,0))}}if(un._x=H,un._y=dn,e==null){if(a){if(er!=null){let[e,t]=$n.scales;$n.values[0]=e==null?null:En(D.ori==0?B:V,e),$n.values[1]=t==null?null:En(D.ori==1?B:V,t)}K(ti,r,B,V,I,L,o)}if(Ye){let e=a&&$n.setSeries,t=Je.prox;Cn==null?xn<=t&&gn(Sn,wn,!0,e):xn>t?gn(null,wn,!0,e):Sn!=Cn&&gn(Sn,wn,!0,e)}}ze&&(A.idx=o,jn()),n!==!1&&Zn(`setCursor`)}let Pn=null;Object.defineProperty(r,"rect",{get(){return Pn??Fn(!1),Pn}});function Fn(e=!1){e?Pn=null:(Pn=m.getBoundingClientRect(),Zn(`syncRect`,Pn))}function In(e,t,n,r,i,a,o){j._lock||ln&&e!=null&&e.movementX==0&&e.movementY==0||(Ln(e,t,n,r,i,a,o,!1,e!=null),e==null?Nn(t,!0,!1):Nn(null,!0,!0))}function Ln(e,t,n,i,a,o,c,l,u){if(Pn??Fn(!1),Ke(e),e!=null)n=e.clientX-Pn.left,i=e.clientY-Pn.top;else{if(n<0||i<0){B=-10,V=-10;return}let[e,r]=$n.scales,c=t.cursor.sync,[l,u]=c.values,[d,f]=c.scales,[p,m]=$n.match,h=t.axes[0].side%2==1,g=D.ori==0?I:L,_=D.ori==1?I:L,v=h?o:a,y=h?a:o,x=h?i:n,S=h?n:i;if(n=d==null?x/v*g:p(e,d)?s(l,b[e],g,0):-10,i=f==null?S/y*_:m(r,f)?s(u,b[r],_,0):-10,D.ori==1){let e=n;n=i,i=e}}u&&(t==null||t.cursor.event.type==ti)&&((n<=1||n>=I-1)&&(n=xa(n,I)),(i<=1||i>=L-1)&&(i=xa(i,L))),l?(nn=n,rn=i,[an,on]=j.move(r,n,i)):(B=n,V=i)}let Rn={width:0,height:0,left:0,top:0};function zn(){pn(Rn,!1)}let Bn,Vn,Hn,Un;function Wn(e,t,n,i,a,o,s){ln=!0,H=dn=un._x=un._y=!1,Ln(e,t,n,i,a,o,s,!0,!1),e!=null&&(be(ri,pi,Gn,!1),K(ni,r,an,on,I,L,null));let{left:c,top:l,width:u,height:d}=U;Bn=c,Vn=l,Hn=u,Un=d}function Gn(e,t,n,i,a,o,s){ln=un._x=un._y=!1,Ln(e,t,n,i,a,o,s,!1,!0);let{left:c,top:l,width:u,height:d}=U,f=u>0||d>0,p=Bn!=c||Vn!=l||Hn!=u||Un!=d;if(f&&p&&pn(U),un.setScale&&f&&p){let e=c,t=u,n=l,r=d;if(D.ori==1&&(e=l,t=d,n=c,r=u),H&&hn(S,En(e,S),En(e+t,S)),dn)for(let e in b){let t=b[e];e!=S&&t.from==null&&t.min!=X&&hn(e,En(n+r,e),En(n,e))}zn()}else j.lock&&(j._lock=!j._lock,Nn(t,!0,e!=null));e!=null&&(xe(ri,pi),K(ri,r,B,V,I,L,null))}function Kn(e,t,n,r,i,a,o){if(j._lock)return;Ke(e);let s=ln;if(ln){let e=!0,t=!0,n,r;D.ori==0?(n=H,r=dn):(n=dn,r=H),n&&r&&(e=B<=10||B>=I-10,t=V<=10||V>=L-10),n&&e&&(B=B<an?0:I),r&&t&&(V=V<on?0:L),Nn(null,!0,!0),ln=!1}B=-10,V=-10,se.fill(null),Nn(null,!0,!0),s&&(ln=s)}function qn(e,t,n,i,a,o,s){j._lock||(Ke(e),ht(),zn(),e!=null&&K(oi,r,B,V,I,L,null))}function Jn(){y.forEach(wc),Be(r.width,r.height,!0)}Ai(ui,mi,Jn);let Yn={};Yn.mousedown=Wn,Yn.mousemove=In,Yn.mouseup=Gn,Yn.dblclick=qn,Yn.setSeries=(e,t,n,i)=>{let a=$n.match[2];n=a(r,t,n),n!=-1&&gn(n,i,!0,!1)},N&&(be(ni,m,Wn),be(ti,m,In),be(ii,m,e=>{Ke(e),Fn(!1)}),be(ai,m,Kn),be(oi,m,qn),cc.add(r),r.syncRect=Fn);let Xn=r.hooks=e.hooks||{};function Zn(e,t,n){Gt?Kt.push([e,t,n]):e in Xn&&Xn[e].forEach(e=>{e.call(null,r,t,n)})}(e.plugins||[]).forEach(e=>{for(let t in e.hooks)Xn[t]=(Xn[t]||[]).concat(e.hooks[t])});let Qn=(e,t,n)=>n,$n=za({key:null,setSeries:!1,filters:{pub:_a,sub:_a},scales:[S,v[1]?v[1].scale:null],match:[va,va,Qn],values:[null,null]},j.sync);$n.match.length==2&&$n.match.push(Qn),j.sync=$n;let er=$n.key,tr=ks(er);function K(e,t,n,r,i,a,o){$n.filters.pub(e,t,n,r,i,a,o)&&tr.pub(e,t,n,r,i,a,o)}tr.sub(r);function nr(e,t,n,r,i,a,o){$n.filters.sub(e,t,n,r,i,a,o)&&Yn[e](null,t,n,r,i,a,o)}r.pub=nr;function rr(){tr.unsub(r),cc.delete(r),ye.clear(),ji(ui,mi,Jn),l.remove(),F?.remove(),Zn(`destroy`)}r.destroy=rr;function ir(){Zn(`init`,e,t),mt(t||e.data,!1),k[S]?Zt(S,k[S]):ht(),Re=U.show&&(U.width>0||U.height>0),Le=ze=!0,Be(e.width,e.height)}return v.forEach(tt),y.forEach(at),n?n instanceof HTMLElement?(n.appendChild(l),ir()):n(r,ir):ir(),r}Tc.assign=za,Tc.fmtNum=Yi,Tc.rangeNum=Gi,Tc.rangeLog=zi,Tc.rangeAsinh=Bi,Tc.orient=Ms,Tc.pxRatio=q,Tc.join=Wa,Tc.fmtDate=ro,Tc.tzDate=ao,Tc.sync=ks;{Tc.addGap=Ls,Tc.clipGaps=Is;let e=Tc.paths={points:Zs};e.linear=tc,e.stepped=nc,e.bars=ic,e.spline=oc}var Ec={light:{surface:[255,255,255],dead:[208,0,60],saturated:[0,190,255],zero:[0,0,0],absent:[246,247,249],absentDot:[196,200,207],invalid:[255,255,255],invalidDot:[20,20,24],text:`#5f6368`,grid:`#e6e8eb`,axis:`#9aa0a6`,runs:[`#1967d2`,`#c26401`]},dark:{surface:[48,48,48],dead:[226,20,80],saturated:[0,190,255],zero:[0,0,0],absent:[58,58,60],absentDot:[104,106,110],invalid:[20,20,24],invalidDot:[240,240,240],text:`#bdc1c6`,grid:`#4a4b4f`,axis:`#80868b`,runs:[`#8ab4f8`,`#fcad70`]}},Dc=4,Oc=`11px Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif`,kc=26;function Ac(e,t){let n=Ec[t.theme],r=n.runs[t.ownColour]??n.runs[0],i=Math.max(Dc,t.mostDead)*1.08,a=Tc.paths.stepped?.({align:-1}),o=[{},{stroke:n.axis,width:1,paths:a,points:{show:!1},spanGaps:!0},{stroke:r,fill:`${r}2e`,width:2,paths:a,points:{show:t.own.steps.length===1},spanGaps:!0}],s=[{show:!1},{size:t.gutters[0],stroke:n.text,font:Oc,gap:3,space:kc,incrs:[1,2,5,10,20,50,100,200,500,1e3,2e3,5e3,1e4,5e4,1e5,1e6],grid:{stroke:n.grid,width:1},ticks:{show:!1},values:(e,t)=>t.map(e=>K(e))}];return new Tc({width:t.width,height:t.height,padding:[4,t.gutters[1],6,0],cursor:{show:!1},legend:{show:!1},scales:{x:{time:!1,range:[t.domain[0],t.domain[1]]},y:{range:[0,i]}},series:o,axes:s,hooks:{draw:[e=>Nc(e,t.own.widths,n.text)]}},jc(t.own,t.other),e)}function jc(e,t){let[n,r]=[Mc(e),t?Mc(t):/* @__PURE__ */ new Map],i=[.../* @__PURE__ */ new Set([...n.keys(),...r.keys()])].sort((e,t)=>e-t);return[i,i.map(e=>r.get(e)??null),i.map(e=>n.get(e)??null)]}function Mc(e){let{dead:t}=e.states,n=/* @__PURE__ */ new Map;return t.length&&n.set(e.window_start_steps[0],t[0]),e.steps.forEach((e,r)=>{n.set(e,t[r])}),n}function Nc(e,t,n){let r=t[0];if(!r||t.some(e=>e!==r))return;let{ctx:i,bbox:a}=e,o=e.axes[1]._splits??[];i.save(),i.fillStyle=n,i.font=Oc.replace(`11px`,`${10*devicePixelRatio}px`),i.textAlign=`left`,i.textBaseline=`bottom`;for(let t of o){if(t<=0||t>r)continue;let n=e.valToPos(t,`y`,!0);n>a.top+10*devicePixelRatio&&i.fillText(ar(t/r),a.left+4*devicePixelRatio,n-devicePixelRatio)}i.restore()}var Pc=h(null),Fc=h(null),Ic=class extends Qn{static properties={place:{attribute:!1}};static styles=Kt`
    :host {
      position: absolute;
      inset: 0;
      pointer-events: none;
    }
    div {
      position: absolute;
    }
    .step {
      top: 0;
      bottom: 0;
      width: 1px;
      background: #fff;
      box-shadow: 0 0 0 1px rgb(0 0 0 / 0.55);
    }
    /* Beside the plot: a line across it would hide the very row. */
    .unit {
      left: -9px;
      margin-top: -5px;
      border: 5px solid transparent;
      border-left: 8px solid var(--text);
      border-right: 0;
    }
  `;constructor(){super(),this.place=null}render(){let e=Pc.value,t=Ot.value;if(!e||!t)return G;let n=et(e.step,t,100),r=e.unit===null||!this.place?null:this.place(e.unit);return W`<div class="step" style="left:${n}%"></div>
      ${r===null?G:W`<div class="unit" style="top:${r*100}%"></div>`}`}};customElements.define(`dr-crosshair`,Ic);var Lc=class extends Qn{static properties={run:{},box:{state:!0}};static styles=[Gt(Tr),Kt`
      :host {
        display: block;
        position: relative;
        min-height: 0;
      }
      .chart {
        position: absolute;
        inset: 0;
      }
      .over {
        position: absolute;
        inset: 0 ${14}px 0 ${52}px;
      }
      dr-crosshair {
        inset: 0;
      }
    `];#e=null;#t=new ResizeObserver(([e])=>{this.box={width:e.contentRect.width,height:e.contentRect.height}});constructor(){super(),this.box={width:0,height:0}}connectedCallback(){super.connectedCallback(),this.#t.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.#t.disconnect(),this.#e?.destroy(),this.#e=null}render(){for(let e of R.value)z(e)?.state.value;return Ue.value,Ot.value,At.value,W`
      <div class="chart" role="img" aria-label=${this.#n()}></div>
      <div class="over" @pointermove=${this.#r} @pointerleave=${this.#i}>
        <dr-crosshair></dr-crosshair>
      </div>
    `}updated(){let{width:e,height:t}=this.box;this.#e?.destroy(),this.#e=null;let n=Ot.peek(),r=z(this.run)?.state.peek().value;if(!e||!t||!n||!r)return;let i=R.peek(),a=i.find(e=>e!==this.run);this.#e=Ac(this.renderRoot.querySelector(`.chart`),{own:r,ownColour:i.indexOf(this.run),other:a!==void 0&&z(a)?.state.peek().value||null,domain:n,mostDead:At.peek(),theme:Ue.peek()?`dark`:`light`,width:e,height:t,gutters:[52,14]})}#n(){let e=z(this.run)?.state.peek().value,t=e?.states.dead.at(-1);if(!e||t===void 0)return`Dead units of ${this.run} over the steps`;let n=e.widths[e.widths.length-1];return`Dead units of ${this.run} over the steps: ${t} of ${or(n,`unit`)} (${ar(t/n)}) at step ${e.steps.at(-1)}`}#r(e){let t=e.currentTarget.getBoundingClientRect(),n=Ot.peek();if(!n)return;let r=(e.clientX-t.left)/t.width;Pc.value={step:n[0]+r*(n[1]-n[0]),unit:null}}#i(){Pc.value=null}};customElements.define(`dr-dead-line`,Lc);var Rc=80,zc=40,Bc=12;function Vc(e,t){return nt(e,Math.max(1,Math.floor(t/Rc))).map(n=>{let r=et(n,e,t);return kn`<g><line x1=${r} x2=${r} y1="0" y2="4" />
      <text x=${r} y="15" text-anchor=${r<14?`start`:r>t-20?`end`:`middle`}>${nr(n)}</text></g>`})}function Hc(e,t){let n=e.length;if(t/n>=Bc)return Array.from(e,(e,r)=>kn`<text x="-5" y=${(r+.5)/n*t+4} text-anchor="end">${e}</text>`);let r=nt([0,n],Math.max(1,Math.floor(t/zc)));return r.length&&n-r[r.length-1]>n/8&&r.push(n),r.map(e=>{let r=e/n*t;return kn`<g><line x1="-4" x2="0" y1=${r} y2=${r} />
      <text x="-7" y=${Math.min(Math.max(r+4,10),t)} text-anchor="end">${K(e)}</text></g>`})}function Uc(e,t,n){let r=new Int32Array(n).fill(-1),i=new Int32Array(n).fill(-1),a=new Uint8Array(n);for(let a=0;a<e.length;a++){let o=Math.min(Math.max(Math.round(e[a]),0),n-1),s=Math.min(Math.max(Math.round(t[a]),o+1),n);for(let e=o;e<s;e++)r[e]<0&&(r[e]=a),i[e]=a}for(let e=1;e<n;e++)r[e]<0&&r[e-1]>=0&&(r[e]=i[e]=i[e-1],a[e]=1);for(let e=n-1;e>=0&&a[e];e--)r[e]=i[e]=-1,a[e]=0;return{first:r,last:i,held:a}}function Wc(e,t){let n=n=>n*t/e,r=Array.from({length:e},(e,t)=>t);return Uc(r.map(n),r.map(e=>n(e+1)),t)}function Gc(e,t,n){let r=Math.max(e.length-1,0),i=new Float64Array(r),a=new Float64Array(r);for(let o=0;o<r;o++)i[o]=n[e[o]],a[o]=t[e[o+1]-1];return{starts:i,ends:a}}function Kc(e,t,n){let r=e=>Array.from(e,t);return Uc(r(e.starts),r(e.ends),n)}function qc(e,t,n,r,i,a,o,s,c){let l=new Uint16Array(t),u=new Int8Array(t);for(let d=0;d<n;d++)d>0&&i.first[d]===i.first[d-1]&&i.last[d]===i.last[d-1]||Jc(r,i.first[d],i.last[d],a,o,l,u),Yc(e.subarray(d*t,(d+1)*t),d,l,u,a.held,s,c)}function Jc({codes:e,states:t,columns:n},r,i,a,o,s,c){let l=o===`minimum`;for(let o=0;o<s.length;o++){let u=O,d=-1;if(a.first[o]>=0&&r>=0)for(let s=r;s<=i;s++)for(let r=s*n+a.first[o];r<=s*n+a.last[o];r++){let n=e[r];n!==65535&&(u===65535||(l?n<u:n>u))&&(u=n),t[r]>d&&(d=t[r])}s[o]=u,c[o]=d}}function Yc(e,t,n,r,i,a,o){for(let s=0;s<e.length;s++)r[s]===ue&&Xc(s,t,o)?e[s]=i[s]?a.heldHatch:a.hatch:r[s]===ce&&Zc(s,t,o)?e[s]=i[s]?a.heldSaturated:a.saturated:r[s]===-1?e[s]=Qc(s,t,5*o,o/2)?a.absentDot:a.absent:r[s]===le||n[s]===65535?e[s]=Qc(s,t,2*o,o)?a.invalidDot:a.invalid:e[s]=(i[s]?a.held:a.colours)[n[s]]}function Xc(e,t,n){return(e+t)%(4*n)<2*n}function Zc(e,t,n){let r=6*n;return(e+(r-1)*t)%r<n}function Qc(e,t,n,r){return e%n<r&&t%n<r}function $c(e,t,n,r,i){let{width:a,height:o}=e,s=e.getContext(`2d`);if(!s||!a||!o)return null;let c=s.createImageData(a,o),l=Wc(t.rows,o),u=Kc(Gc(t.columnStarts,t.steps,t.windowStartSteps),e=>et(e,n,a),a),d={codes:t[i],states:t.states,columns:t.columns},f=Math.max(1,Math.round(2*devicePixelRatio));return qc(new Uint32Array(c.data.buffer),a,o,d,l,u,i,r,f),s.putImageData(c,0,0),{width:a,height:o,rows:l,columns:u}}function el(e,t,n){let{width:r,height:i}=e,a=e.getContext(`2d`);if(!a||!r||!i||!t.columns)return;a.clearRect(0,0,r,i),a.fillStyle=n;let o=Math.round(3*devicePixelRatio);for(let[e,n]of tl(t)){let s=Math.round(e*i/t.rows),c=Math.max(o,Math.round(n*i/t.rows)-s);a.fillRect(0,Math.min(s,i-c),r,c)}}function tl(e){let t=[];for(let n=0;n<e.rows;n++){if(rl(e,n)!==ue)continue;let r=t.at(-1);r?.[1]===n?r[1]=n+1:t.push([n,n+1])}return t}function nl({states:e}){return{dead:e.includes(ue),saturated:e.includes(ce),absent:e.includes(-1)}}function rl(e,t){return e.states[(t+1)*e.columns-1]}var il=`00205100215300225500235600235800245900255a00255c00265d00275e00275f002860002961002962002a63002b64012b65022c65032d66042d67052e67052f6806306907306908316a09326a0b326a0c336b0d346b0e346b0f356c10366c12376c13376d14386d15396d17396d183a6d193b6d1a3b6d1c3c6e1d3d6e1e3e6e203e6e213f6e23406e24406e25416e27426e28436e29436e2b446e2c456e2e456e2f466e30476e32486e33486e34496e364a6e374a6e394b6e3a4c6e3b4d6e3d4d6e3e4e6e3f4f6e414f6e42506e43516d44526d46526d47536d48546d4a546d4b556d4c566d4d576d4e576e50586e51596e52596e535a6e545b6e565c6e575c6e585d6e595e6e5a5e6e5b5f6e5c606e5d616e5e616e60626e61636f62646f63646f64656f65666f66666f67676f6868706969706a69706b6a706c6b706d6c706d6c716e6d716f6e71706f71716f717270717371727471727572727673727674727774737875737976737a77737b77747b78747c79747d7a747e7a747f7b75807c75807d75817d75827e75837f768480768580768581768682768783768884778984778985778a86778b87778c87778d88778e89788e8a788f8a78908b78918c78928d78938e78938e78948f789590789691789792789892789993789a94789b95789b96789c96789d97789e98789f9978a09a78a19a78a29b78a39c78a49d78a59e77a69e77a79f77a8a077a9a177aaa276aba376aca376ada476aea575afa675b0a775b2a874b3a874b4a974b5aa73b6ab73b7ac72b8ad72baae72bbae71bcaf71bdb070beb170bfb26fc1b36fc2b46ec3b56dc4b56dc5b66cc7b76cc8b86bc9b96acaba6accbb69cdbc68cebc68cfbd67d1be66d2bf66d3c065d4c164d6c263d7c363d8c462d9c561dbc660dcc660ddc75fdec85ee0c95de1ca5ce2cb5ce3cc5be4cd5ae6ce59e7cf58e8d058e9d157ead256ebd355ecd454edd453eed553f0d652f1d751f1d850f2d950f3da4ff4db4ef5dc4df6dd4df7de4cf8df4bf8e04bf9e14afae249fae349fbe448fbe548fce647fce746fde846fde946fdea45`,al=Uint8Array.from({length:768},(e,t)=>Number.parseInt(il.slice(2*t,2*t+2),16)),ol=al.length/3-1,sl=e=>e;function cl(e,t){let n=Math.log10(t)-Math.log10(e);return t=>t>0?(Math.log10(t)-Math.log10(e))/(n||1):0}function ll(e,t,n){let r=Ec[n],i=N(e),a=new Uint32Array(D),o=new Uint32Array(D);for(let n=0;n<D;n++){let s=e===`log16`&&n===0?r.zero:ul(t(i[n]));a[n]=ml(s),o[n]=ml(pl(s,r.surface))}return{colours:a,held:o,hatch:ml(r.dead),heldHatch:ml(pl(r.dead,r.surface)),saturated:ml(r.saturated),heldSaturated:ml(pl(r.saturated,r.surface)),absent:ml(r.absent),absentDot:ml(r.absentDot),invalid:ml(r.invalid),invalidDot:ml(r.invalidDot)}}function ul(e){let t=3*Math.round(Math.min(Math.max(e||0,0),1)*ol);return[al[t],al[t+1],al[t+2]]}function dl([e,t,n]){return`rgb(${e} ${t} ${n})`}var fl=.7;function pl(e,t){let n=n=>Math.round(fl*e[n]+.30000000000000004*t[n]);return[n(0),n(1),n(2)]}function ml([e,t,n]){return(255<<24|n<<16|t<<8|e)>>>0}var hl=Kt`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) 20px / ${52}px minmax(0, 1fr) ${14}px;
        min-height: 0;
        position: relative;
      }
      .plot {
        grid-area: 1 / 2;
        position: relative;
        min-height: 0;
        cursor: crosshair;
        outline-offset: 2px;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .marks {
        grid-area: 1 / 3;
        position: relative;
        margin-left: 3px;
        width: 6px;
      }
      svg {
        position: absolute;
        overflow: visible;
        left: 0;
        top: 0;
        width: 1px;
        height: 1px;
        pointer-events: none;
      }
      svg.steps {
        top: 100%;
      }
      line {
        stroke: var(--axis);
      }
      text {
        fill: var(--muted);
        font-size: 11px;
      }
      .stale canvas {
        opacity: 0.5;
      }
      .title {
        grid-area: 1 / 1;
        writing-mode: vertical-rl;
        transform: rotate(180deg);
        align-self: center;
        justify-self: start;
        font-size: 11px;
        color: var(--muted);
        margin-left: -2px;
      }
    `,gl=10;function _l(e,t,n,r){let i={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1],PageUp:[0,-10],PageDown:[0,gl],Home:[-n.columns,0],End:[n.columns,0]}[e];if(!i||!n.rows||!n.columns)return null;let a=t?vl(t.columns,i[0],n.columns):n.columns-1,o=t?vl(t.rows,i[1],n.rows):0;return[yl(r.columns,a),yl(r.rows,o)]}function vl(e,t,n){return Math.min(Math.max((t<0?e[0]:e[1])+t,0),n-1)}function yl(e,t){let n=e.last.findIndex(e=>e>=t),r=n;for(;r+1<e.first.length&&e.first[r+1]===e.first[n]&&!e.held[r+1];)r++;return(n+r+1)/2}var bl=class extends qn{static properties={delay:{attribute:!1},due:{state:!0}};#e;static styles=Kt`
    :host {
      position: absolute;
      inset: 0;
      display: grid;
      place-items: center;
      color: var(--muted);
      pointer-events: none;
    }
    ::slotted(*) {
      pointer-events: auto;
    }
  `;constructor(){super(),this.delay=0,this.due=!1}connectedCallback(){super.connectedCallback(),this.#e=setTimeout(()=>{this.due=!0},this.delay)}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.#e),this.due=!1}render(){return W`<div role="status">${this.due?W`<slot></slot>`:``}</div>`}};customElements.define(`dr-late`,bl);var xl=class extends Qn{static properties={run:{},panel:{attribute:`data-panel`,reflect:!0},label:{},box:{state:!0}};static styles=[er,hl];#e=null;#t=null;#n=null;#r=/* @__PURE__ */ new Map;#i=new ResizeObserver(()=>this.#o());constructor(){super(),this.box={width:0,height:0}}connectedCallback(){super.connectedCallback(),this.updateComplete.then(()=>this.#i.observe(this.#a))}disconnectedCallback(){super.disconnectedCallback(),this.#i.disconnect()}render(){let e=Dt(this.run,this.panel)?.state.value,t=e?.value??null,n=this.#e?.layer===dt.value&&this.#e.run===this.run?this.#e:null,r=t??n;r!==this.#e&&r&&(this.#r=_e(r)),this.#e=r,Ue.value,jt.value;let{width:i,height:a}=this.box,o=Ot.value;return W`
      <div class="title" aria-hidden="true">${Cl(r)}</div>
      <div class="plot ${r&&!t?`stale`:``}" tabindex="0" role="group"
        aria-label=${this.#c(r)} aria-roledescription="heatmap"
        data-order=${r?.order??G} data-records=${r?.records??G}
        @pointermove=${this.#l} @pointerleave=${this.#d} @keydown=${this.#f} @blur=${this.#d}>
        <canvas class="cells" role="img" aria-label=${this.#c(r)}></canvas>
        <dr-crosshair .place=${this.#s}></dr-crosshair>
        ${r&&a?W`<svg aria-hidden="true">${Hc(r.unitOrder,a)}</svg>`:G}
        ${o&&i?W`<svg class="steps" aria-hidden="true">${kn`${Vc(o,i)}`}</svg>`:G}
        ${e?.error?W`<dr-late><div class="error">
                This heatmap couldn't be fetched: ${e.error} <button @click=${Ee}>Try again</button>
              </div></dr-late>`:r?G:W`<dr-late .delay=${300}>Loading…</dr-late>`}
      </div>
      <div class="marks" title="Dead at the newest record"><canvas aria-hidden="true"></canvas></div>
    `}updated(){let{width:e,height:t}=this.box;if(!e||!t)return;let[n,r]=this.renderRoot.querySelectorAll(`canvas`);wl(n),wl(r);let i=Ot.peek();if(this.#t=null,this.#a.dataset.drawn=`false`,!this.#e||!i)return;let a=Ue.peek()?`dark`:`light`,o=jt.peek(),s=this.panel===`fraction`||!o?sl:cl(o.low,o.high),c=this.panel===`fraction`?`maximum`:`minimum`;this.#a.dataset.drawn=`true`,this.#t=$c(n,this.#e,i,ll(this.#e.code,s,a),c),el(r,this.#e,dl(Ec[a].dead));let l=Fc.peek();this.#n&&l?.matrix!==this.#e&&this.#u(...this.#n)}get#a(){return this.renderRoot.querySelector(`.plot`)}#o(){let{clientWidth:e,clientHeight:t}=this.#a;e&&t&&wt(e*devicePixelRatio,t*devicePixelRatio),this.box={width:e,height:t}}#s=e=>{let t=this.#r.get(e);return t===void 0||!this.#e?null:(t+.5)/this.#e.units};#c(e){if(!e)return`${this.label} of ${this.run}`;let t=0;for(let n=0;n<e.rows;n++)e.states[(n+1)*e.columns-1]===ue&&t++;let n=e.rows===e.units?`units`:`rows`;return`${this.label} of ${e.layer} in ${this.run}: ${or(e.units,`unit`)} by ${or(e.records,`record`)}; ${K(t)} ${n} dead at the newest. Arrow keys, Home, End and Page keys move through the cells.`}#l(e){this.#u(e.clientX,e.clientY)}#u(e,t){let n=this.#a.getBoundingClientRect(),r=(e-n.left)/n.width,i=(t-n.top)/n.height,a=this.#t,o=this.#e,s=Ot.peek();if(!a||!o||!s||r<0||r>=1||i<0||i>=1){this.#d();return}this.#n=[e,t];let c=Math.floor(r*a.width),l=Math.floor(i*a.height),u=[a.rows.first[l],a.rows.last[l]],d=[a.columns.first[c],a.columns.last[c]],f=a.columns.held[c]===1,p=o.unitOrder[o.rowStarts[u[0]]]??null;Pc.value={step:f?tt(r,s,1):Sl(d,o,tt(r,s,1)),unit:p},Fc.value=d[0]<0?null:{matrix:o,rows:u,columns:d,held:f,x:e,y:t}}#d(){this.#n=null,Pc.value=null,Fc.value=null}#f(e){let t=this.#t;if(!t||!this.#e)return;e.key===`Escape`&&this.#d();let n=Fc.peek()?.matrix===this.#e?Fc.peek():null,r=_l(e.key,n,this.#e,t);if(!r)return;e.preventDefault();let i=this.#a.getBoundingClientRect(),[a,o]=[r[0]/t.width,r[1]/t.height];this.#u(i.left+a*i.width,i.top+o*i.height)}};function Sl(e,t,n){if(e[0]<0)return n;let r=t.windowStartSteps[t.columnStarts[e[0]]],i=t.steps[t.columnStarts[e[1]+1]-1];return Math.min(Math.max(n,r+(i-r)*1e-6),i)}function Cl(e){return!e||e.order===`index`?`unit`:`units by ${Cr(e.order)}`}function wl(e){let t=Math.round(e.clientWidth*devicePixelRatio),n=Math.round(e.clientHeight*devicePixelRatio);e.width!==t&&(e.width=t),e.height!==n&&(e.height=n)}customElements.define(`dr-heatmap`,xl);var Tl=16,El=Array.from({length:17},(e,t)=>dl(ul(t/Tl))).join(`,`),Dl=class extends Qn{static properties={panel:{}};static styles=Kt`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 14px;
      align-items: center;
      font-size: 11px;
      line-height: 16px;
      color: var(--muted);
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      white-space: nowrap;
    }
    .ramp {
      width: 120px;
      height: 10px;
      background: linear-gradient(to right, ${Gt(El)});
    }
    .ticks {
      gap: 0;
      flex-direction: column;
      align-items: stretch;
    }
    .key {
      width: 18px;
      height: 10px;
      flex: none;
    }
    canvas,
    .key,
    .ramp {
      border-radius: 1px;
    }
    sup {
      font-size: 8px;
      line-height: 0;
    }
  `;render(){let e=Ec[Ue.value?`dark`:`light`],t=dl(e.dead),n=this.panel===`fraction`?dl(ul(1)):dl(e.zero),r=this.panel===`fraction`?dl(ul(.4)):n,i=this.#n();return W`
      ${this.panel===`fraction`?this.#e():this.#t(jt.value,dl(e.zero))}
      <span><i class="key" style="background:repeating-linear-gradient(135deg,${t} 0 3px,${n} 3px 6px)"></i>dead</span>
      ${i.saturated?W`<span title="active, but always at the activation's upper bound, where its gradient is 0"><i class="key" style="background:repeating-linear-gradient(45deg,${dl(e.saturated)} 0 2px,${r} 2px 7px)"></i>saturated</span>`:G}
      ${i.nonFinite?W`<span><i class="key" style=${Ol(dl(e.invalidDot),dl(e.invalid),3)}></i>not finite (NaN, Inf) or not recorded</span>`:G}
      ${i.absent?W`<span><i class="key" style=${Ol(dl(e.absentDot),dl(e.absent),5)}></i>no such unit, or no record</span>`:G}
      ${i.shrunk?W`<span>${i.shrunk}</span>`:G}
      ${i.dropped?W`<span>faded: no record kept here, the one before is shown</span>`:G}
    `}#e(){return W`<span>0<i class="ramp"></i>1</span>`}#t(e,t){if(!e)return G;let n=Qe(e,2),r=e=>W`<b style="font-weight:inherit">10<sup>${String(e).replace(`-`,`−`)}</sup></b>`;return W`<span><i class="key" style="background:${t};width:10px"></i>0</span>
      <span>${e.clipped?`≤ `:``}${r(n[0])}<i class="ramp"></i>${r(n[n.length-1])}
      <i style="font-style:normal">log scale</i></span>`}#n(){let e={saturated:!1,nonFinite:!1,absent:!1,dropped:!1,shrunk:``},t=0,n=0;for(let r of R.value){let i=Dt(r,this.panel)?.state.value.value,a=z(r)?.state.value.value;i?.states.includes(le)&&(e.nonFinite=!0);let o=i&&nl(i);o?.absent&&(e.absent=!0),o?.saturated&&(e.saturated=!0),i&&(t=Math.max(t,Math.ceil(i.units/i.rows)),n=Math.max(n,Math.ceil(i.records/i.columns)));let[s,c]=[a?.window_start_steps[0],a?.steps.at(-1)],l=Ot.value;l&&((s??0)>l[0]||(c??l[1])<l[1])&&(e.absent=!0),a?.window_start_steps.some((e,t)=>t>0&&e>a.steps[t-1])&&(e.dropped=!0)}return(t>1||n>1)&&(e.shrunk=`each cell: ${this.panel===`fraction`?`largest`:`smallest`} of up to ${[t>1?`${t} units`:``,n>1?`${n} records`:``].filter(Boolean).join(` × `)}`),e}};function Ol(e,t,n){return`background:radial-gradient(circle at 1px 1px,${e} 1px,transparent 1.5px) 0 0/${n}px ${n}px ${t}`}customElements.define(`dr-legend`,Dl);var kl=class extends Qn{static properties={run:{}};static styles=[er,Kt`
      :host {
        display: block;
        min-width: 0;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 7px;
        font-weight: 500;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .swatch {
        flex: none;
        width: 10px;
        height: 10px;
        border-radius: 50%;
      }
      .base {
        font-size: 11px;
        color: var(--muted);
        font-weight: 400;
        white-space: nowrap;
      }
      .verdict {
        font-size: 18px;
        line-height: 24px;
      }
      .some {
        color: var(--dead);
      }
      .chip {
        margin-left: 6px;
        padding: 1px 8px;
        border-radius: 9px;
        border: 1px solid currentcolor;
        font-size: 11px;
        line-height: 16px;
        vertical-align: 3px;
      }
      .records {
        margin-left: auto;
        color: var(--muted);
        font-weight: 400;
        white-space: nowrap;
      }
      /* One line whatever it says: the plots below must not jump as the pointer moves. */
      .facts {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--muted);
        min-height: 18px;
      }
      .facts b {
        font-weight: 500;
        color: var(--text);
      }
      .note {
        margin-top: 4px;
      }
      .error {
        margin-top: 4px;
      }
    `];render(){let e=R.value.indexOf(this.run),t=z(this.run)?.state.value.value;return W`
      <h2>
        <span class="swatch" style="background:var(--run${e})"></span>
        <span class="name" title=${this.run}>${this.run}</span>
        ${Et.value?.run===this.run&&R.value.length>1?W`<span class="base">gives the order of units</span>`:G}
        ${t?.steps.length?W`<span class="records">${_r(t)}</span>`:G}
      </h2>
      ${this.#e()}
    `}#e(){let e=dt.value;if(e===null)return G;let t=pt(this.run,e);if(!t)return W`<p class="note">This run has no layer '${e}'.</p>`;if(t.problem!==null)return W`<p class="error" role="alert">${t.problem}</p>`;let n=z(this.run)?.state.value,r=n?.error?W`<p class="error" role="alert">The records couldn't be fetched: ${n.error}
          <button @click=${Ee}>Try again</button></p>`:G,i=n?.value;if(!i)return W`${r}`;if(!i.steps.length)return W`${r}<p class="note">No readable record yet.</p>${this.#r(i)}`;let a=i.steps.length-1,o=i.states.dead[a],s=dr(o/i.widths[a]);return W`${r}
      <p class="verdict ${o>0?`some`:``}">
        ${fr(i,a)}${s===`ok`?G:W`<span class="chip" title=${pr[s]}>${s}</span>`}
      </p>
      <p class="facts" title=${this.#t(i,t)}>${this.#i(i)??this.#t(i,t)}</p>
      ${this.#r(i)}`}#t(e,t){return[t.fraction===`negative_fraction`?`${t.activation||`this activation`} has no zero region: its units are never dead`:mr(e),this.#n(),gr(e)].filter(Boolean).join(` · `)}#n(){let e=Dt(this.run,`fraction`)?.state.value.value,t=e?ge(e):null;return t?.length?`${t.length===1?`unit`:`units`} ${sr(t,8)}`:``}#r(e){return vr(e).map(e=>W`<p class="note">${e}</p>`)}#i(e){let t=Pc.value;if(!t)return null;let n=rt(t.step,e.steps);if(t.step>e.steps[e.steps.length-1])return W`no record at this step`;let r=e.states.dead[n],i=e.widths[n];return W`at step <b>${K(e.steps[n])}</b>:
      <b>${K(r)}</b> of ${K(i)} dead (${ar(r/i)})`}};customElements.define(`dr-run-head`,kl);var Al=class extends Qn{static styles=[er,Kt`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        overflow: auto;
        padding: 10px 16px 8px;
      }
      h1 {
        font-size: 20px;
        line-height: 26px;
        font-weight: 400;
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 12px;
        margin-bottom: 6px;
      }
      .grid {
        flex: 1;
        min-height: 480px;
        display: grid;
        grid-template-rows: auto auto 84px auto minmax(130px, 1fr) auto minmax(130px, 1fr);
        column-gap: 12px;
      }
      .section {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0 16px;
        margin-top: 6px;
        padding-top: 4px;
        border-top: 1px solid var(--line);
        min-height: 26px;
      }
      .section h3 {
        font-weight: 500;
      }
      .section .muted {
        font-weight: 400;
      }
      .missing {
        display: grid;
        place-items: center;
        margin: 2px ${14}px 20px ${52}px;
        padding: 0 20px;
        border: 1px dashed var(--line);
        border-radius: 2px;
        color: var(--muted);
        text-align: center;
      }
      dr-run-head {
        padding: 0 ${14}px 2px 0;
      }
      .panel {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      .panel dr-heatmap,
      .panel .missing {
        flex: 1;
      }
      .caption {
        font-size: 11px;
        line-height: 15px;
        color: var(--muted);
        padding-left: ${52}px;
      }
    `];render(){let e=dt.value;if(e===null)return G;let t=R.value,n=mt.value,r=n===null?null:pt(n,e),i=`grid-template-columns: repeat(${t.length}, minmax(0, 1fr))`;return W`
      <div class="about">
        <h1>${e}</h1>
        <span class="muted">${r&&n!==null?Nl(r,n):G}</span>
      </div>
      <div class="grid" style=${i}>
        ${t.map(e=>W`<dr-run-head .run=${e}></dr-run-head>`)}
        ${n===null?G:W`<div class="section">
                <h3>Dead units <span class="muted">count, and share of the layer</span></h3>
                ${t.length>1?W`<span class="muted">thin grey line: the other run</span>`:G}
              </div>
              ${t.map(e=>z(e)?W`<dr-dead-line .run=${e}></dr-dead-line>`:W`<div></div>`)}
              ${this.#e(`fraction`,e,t,n)} ${this.#e(`gradient`,e,t,n)}`}
      </div>
    `}#e(e,t,n,r){let i=Ml(e,pt(n.find(t=>Tt(t,e)!==null)??r,t)),a=n.some(n=>{let r=Ml(e,pt(n,t));return Tt(n,e)!==null&&(r.name!==i.name||r.detail!==i.detail)});return W`<div class="section">
        <h3>${i.name} <span class="muted">${i.detail}</span></h3>
        <dr-legend .panel=${e}></dr-legend>
      </div>
      ${n.map(n=>this.#t(e,t,n,a))}`}#t(e,t,n,r){let i=pt(n,t);if(!i)return W`<div class="missing">no layer '${t}' in ${n}</div>`;if(i.problem!==null)return W`<div class="missing">can't be read</div>`;let a=z(n)?.state.value.value,o=Ml(e,i);return a&&!a.steps.length?W`<div class="missing">no readable record</div>`:a&&Tt(n,e)===null?W`<div class="missing">${e===`gradient`&&i.gradient_at===`stopped`?Sr:`${o.name} was not recorded in ${n}`}</div>`:W`<div class="panel">
      ${r?W`<div class="caption">${o.name}: ${o.detail}</div>`:G}
      <dr-heatmap .run=${n} .panel=${e} .label=${o.name}></dr-heatmap>
    </div>`}},jl={pre_activation:`of the loss at the pre-activation`,gated_activation:`of the loss at the activation, where it is active (gated activation)`,as_given:`as given by the training script`};function Ml(e,t){return e===`gradient`?{name:`Gradient norm`,detail:jl[t?.gradient_at??``]??``}:t?.fraction===`negative_fraction`?{name:`Negative fraction`,detail:`share of samples with pre-activation ≤ 0`}:{name:`Zero fraction`,detail:`share of samples with ${t?.threshold?`|activation| ≤ ${t.threshold}`:`activation 0`}`}}function Nl(e,t){let n=z(t)?.state.value.value?.units,r=[e.kernel_parameters?`kernel ${K(e.kernel_parameters)}`:``,e.bias_parameters?`bias ${K(e.bias_parameters)}`:``].filter(Boolean);return[n===void 0?``:`${K(n)} units`,e.layer_type??``,e.activation?Cr(e.activation):``,xr(e.calls),r.join(` + `),e.description??``].filter(Boolean).join(` · `)}customElements.define(`dr-detail`,Al);var Pl=Kt`
  :host {
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 12px 0;
    background: var(--sidebar);
    border-right: 1px solid var(--line);
    min-height: 0;
    overflow-y: auto;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  .layers {
    flex: 1 0 auto;
  }
  legend,
  .heading {
    display: flex;
    width: 100%;
    gap: 6px;
    justify-content: space-between;
    padding: 0 12px 4px;
    font-weight: 500;
  }
  legend .muted {
    font-weight: 400;
    font-size: 11px;
  }
  .runs .list {
    max-height: 240px;
    overflow-y: auto;
  }
  .list label {
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 2px 12px;
    min-height: 24px;
    cursor: pointer;
  }
  .list label:hover {
    background: var(--hover);
  }
  .layers label.on {
    background: var(--hover);
    box-shadow: inset 3px 0 var(--accent);
    font-weight: 500;
  }
  .layers label:has(:focus-visible),
  .runs label:has(:focus-visible) {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }
  input[type="checkbox"] {
    margin: 0;
    accent-color: var(--focus);
  }
  /* The row shows the choice and the focus; the radio button itself is for the keyboard and screen readers. */
  input[type="radio"] {
    position: absolute;
    opacity: 0;
    pointer-events: none;
  }
  .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .swatch {
    flex: none;
    width: 10px;
    height: 10px;
    border-radius: 50%;
    border: 1px solid var(--line);
  }
  .badge {
    min-width: 30px;
    text-align: right;
    font-size: 12px;
    font-weight: 400;
    border-right: 3px solid transparent;
    padding-right: 4px;
    line-height: 14px;
  }
  .some {
    color: var(--dead);
    font-weight: 500;
  }
  .small {
    font-size: 11px;
  }
  button.small {
    margin: 4px 12px 0;
    padding: 1px 8px;
  }
  .order {
    display: block;
  }
  select,
  input[type="search"] {
    font: inherit;
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 4px;
    margin: 0 12px 4px;
    padding: 3px 6px;
    width: calc(100% - 24px);
  }
`,Fl=8,Il={death:`death, earliest first`,fraction:`fraction, highest first`,gradient_norm:`gradient norm, lowest first`,index:`index`},Ll=class extends Qn{static properties={runFilter:{state:!0},layerFilter:{state:!0}};static styles=[er,Pl];constructor(){super(),this.runFilter=``,this.layerFilter=``}render(){return W`${this.#e()} ${this.#t()} ${this.#n()}`}#e(){let e=R.value,t=zl(lt.value,this.runFilter,e);return W`<fieldset class="runs">
      <legend>Runs <span class="muted">up to ${2} side by side</span></legend>
      ${this.#r(lt.value.length,`Filter runs`,this.runFilter,e=>{this.runFilter=e})}
      <div class="list">
        ${t.map(t=>{let n=e.indexOf(t);return W`<label class=${n>=0?`on`:``}>
            <input type="checkbox" .checked=${n>=0}
              @change=${e=>{ht(t),e.target.checked=R.peek().includes(t)}} />
            <i class="swatch" style=${n>=0?`background:var(--run${n})`:``}></i>
            <span class="name" title=${t}>${t}</span>
            ${n===0&&e.length>1?W`<span class="muted small">base</span>`:G}
          </label>`})}
      </div>
      ${e.length>1?W`<button class="small" @click=${gt}>Swap sides</button>`:G}
    </fieldset>`}#t(){return W`<label class="order">
      <span class="heading">Order of units</span>
      <select @change=${e=>vt(e.target.value)}>
        ${[...Ie].sort((e,t)=>Object.keys(Il).indexOf(e)-Object.keys(Il).indexOf(t)).map(e=>W`<option value=${e} ?selected=${e===ft.value}>${Il[e]}</option>`)}
      </select>
    </label>`}#n(){let e=dt.value,t=zl(ut.value,this.layerFilter,e===null?[]:[e]),n=R.value;return W`<fieldset class="layers">
      <legend>Layers <span class="muted right">dead units</span></legend>
      ${this.#r(ut.value.length,`Filter layers`,this.layerFilter,e=>{this.layerFilter=e})}
      <div class="list">
        ${t.map(t=>W`<label class=${t===e?`on`:``}>
            <input type="radio" name="layer" .checked=${t===e} @change=${()=>_t(t)} />
            <span class="name" title=${t}>${t}</span>
            ${n.map((e,n)=>Rl(e,t,n))}
          </label>`)}
      </div>
    </fieldset>`}#r(e,t,n,r){return e<Fl?G:W`<input type="search" placeholder=${t} aria-label=${t} .value=${n}
      @input=${e=>r(e.target.value)} />`}};function Rl(e,t,n){let r=pt(e,t);if(!r)return W`<span class="badge muted" title="${e} has no such layer">–</span>`;if(r.problem!==null)return W`<span class="badge some" title=${r.problem}>!</span>`;let i=zt(e,t);return W`<span class="badge ${i?`some`:`muted`}" style="border-color:var(--run${n})"
    title="dead units in ${e}">${i===null?`…`:K(i)}</span>`}function zl(e,t,n){let r=t.trim().toLowerCase();return e.filter(e=>n.includes(e)||e.toLowerCase().includes(r))}customElements.define(`dr-sidebar`,Ll);function Bl(e){return e>0?`0 active of ${K(e)}; 3/N bound: fires in < ${Vl(3/e)} of samples (95 % confidence)`:`no samples observed`}function Vl(e){return e>=1?`100 %`:`${Number((e*100).toPrecision(2))} %`}function Hl({matrix:e,rows:t}){return Array.from(e.unitOrder.subarray(e.rowStarts[t[0]],e.rowStarts[t[1]+1]))}function Ul(e){let{matrix:t,rows:n,columns:r}=e,i=t.statistic===`gradient_norm`,a=i?t.minimum:t.maximum,o=N(t.code),s=-1,c=-1;for(let e=n[0];e<=n[1];e++)for(let n=r[0];n<=r[1];n++){let r=e*t.columns+n;c=Math.max(c,t.states[r]);let l=o[a[r]];Number.isNaN(l)||(s<0||(i?l<o[s]:l>o[s]))&&(s=a[r])}return{units:Hl(e),records:[t.columnStarts[r[0]],t.columnStarts[r[1]+1]],state:F[c]??null,value:s<0?NaN:o[s],exact:s<0||P(t.code,s)}}function Wl(e,t){let{matrix:n}=e,[r,i]=Ul(e).records,a=null,o=[-2,0];for(let e of t)for(let t=r;t<i;t++){let r=rt(n.steps[t],e.steps);if(e.steps[r]!==n.steps[t])continue;let i=Kl(e,r,n);(i[0]>o[0]||i[0]===o[0]&&i[1]>o[1])&&(a={history:e,record:r},o=i)}return a}function Gl(e,t){return(e.zero_fraction??e.negative_fraction)?.[t]??null}function Kl(e,t,n){let r=e.states[t],i=r===`absent`?-1:F.indexOf(r);return n.statistic===`gradient_norm`?[i,-(e.gradient_norm?.[t]??1/0)]:[i,Gl(e,t)??-1/0]}var ql=120,Jl=300,Yl=14,Xl=class extends Qn{static properties={rested:{state:!0}};#e;#t=null;static styles=Kt`
    :host {
      position: fixed;
      z-index: 10;
      left: 0;
      top: 0;
      max-width: 340px;
      padding: 8px 11px;
      background: var(--raised);
      color: var(--text);
      border-radius: 4px;
      box-shadow: var(--shadow);
      pointer-events: none;
      font-size: 12px;
      line-height: 17px;
      visibility: hidden;
    }
    :host([shown]) {
      visibility: visible;
    }
    header {
      display: flex;
      justify-content: space-between;
      gap: 16px;
      font-weight: 500;
    }
    .state {
      border-radius: 8px;
      padding: 0 7px;
      background: var(--hover);
      white-space: nowrap;
    }
    .dead {
      background: #d0003c;
      color: #fff;
    }
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 0 14px;
      margin: 4px 0 0;
    }
    dt,
    .muted {
      color: var(--muted);
    }
    dd {
      margin: 0;
      text-align: right;
    }
    p {
      margin: 4px 0 0;
    }
  `;constructor(){super(),this.rested=null}render(){let e=Fc.value;if(e!==this.#t&&(this.#t=e,clearTimeout(this.#e),e&&!Zl(e,this.rested))){let t=Ul(e).units.length>1?Jl:ql;this.#e=setTimeout(()=>{this.rested=e},t)}if(this.toggleAttribute(`shown`,e!==null),!e)return W`<div aria-live="polite"></div>`;let t=Ul(e),n=Zl(e,this.rested)?Ql(e,t):null,r=n&&Wl(e,n);return W`<div aria-live="polite">${r?tu(e,t,r):eu(e,t)}</div>`}updated(){let e=Fc.peek();if(!e)return;let{offsetWidth:t,offsetHeight:n}=this,r=e.x+Yl+t>innerWidth?e.x-Yl-t:e.x+Yl,i=Math.min(e.y+Yl,innerHeight-n-4);this.style.transform=`translate(${Math.max(4,r)}px, ${Math.max(4,i)}px)`}};function Zl(e,t){return t!==null&&e.matrix===t.matrix&&e.rows[0]===t.rows[0]&&e.rows[1]===t.rows[1]}function Ql({matrix:e},{units:t}){if(t.length>16)return null;let n=t.map(t=>Ae(e.run,e.layer,t).state.value.value);return n.every(e=>e!==null)?n:null}function $l(e,t){return W`<header>
    <span>${e}</span>
    <span class="state ${t===`dead`?`dead`:``}">${t===null?`no record`:Cr(t)}</span>
  </header>`}function eu(e,{units:t,records:n,state:r,value:i,exact:a}){let{matrix:o}=e,s=t.length===1?`Unit ${t[0]}`:`${or(t.length,`unit`)}: ${sr(t,4)}`,[c,l]=[o.steps[n[0]],o.steps[n[1]-1]],u=n[1]-n[0],d=o.statistic===`gradient_norm`?`smallest`:`largest`,f=`${t.length>1||u>1?`${d} `:``}${Cr(o.statistic)}`,p=Number.isNaN(i)?`none`:a?rr(i):`≈ ${ir(i)}`;return W`${$l(s,r)}
    <dl>
      <dt>${u>1?`steps`:`step`}</dt>
      <dd>${u>1?`${K(c)} to ${K(l)}, ${or(u,`record`)}`:K(l)}</dd>
      <dt>${f}</dt>
      <dd>${p}</dd>
    </dl>
    ${iu(e)}`}function tu(e,{units:t,records:n},{history:r,record:i}){let a=r.states[i],o=pt(e.matrix.run,e.matrix.layer),s=Gl(r,i),c=r.active?.[i]??null,l=r.samples[i],[u,d]=yr(c,l,s===null?l:r.screened_samples[i],s!==1),f=Cr(r.zero_fraction?`zero_fraction`:`negative_fraction`),p=br(a,o?.upper_bound??null),m=r.samples_since_active?.[i]??0,h=n[1]-n[0],g=[t.length>1?or(t.length,`unit`):``,h>1?or(h,`record`):``].filter(Boolean).join(` and `);return W`${$l(`Unit ${r.unit}`,a)}
    ${g?W`<div class="muted">the worst of ${g} here</div>`:G}
    <dl>
      <dt>step</dt>
      <dd>${K(r.steps[i])}</dd>
      ${d&&s!==1?W`<dt>${f}</dt><dd>just below 1</dd>`:nu(f,s)}
      ${r.gradient_norm?nu(`gradient norm`,r.gradient_norm[i]):G}
      ${r.mean_activation?nu(`mean activation`,r.mean_activation[i]):G}
      ${r.bias?nu(`bias`,r.bias[i]):G}
      <dt>samples</dt>
      <dd>${u}</dd>
    </dl>
    ${d?W`<p>${d}</p>`:G}
    ${p?W`<p>${p}</p>`:G}
    ${o?.gradient_at===`stopped`?W`<p>${Sr}</p>`:G}
    ${a===`dead`||a===`silent`?W`<p>${Bl(m)}</p>`:G}
    ${ru(r)} ${iu(e)}
`}function nu(e,t){return W`<dt>${e}</dt>
    <dd>${t==null?`NaN or not recorded`:rr(t)}</dd>`}function ru({history:e}){if(!e)return G;let t=[e.born_dead?`never active`:``,e.died_at.length?`died at step ${sr(e.died_at,3)}`:``,e.revived_at.length?`revived at step ${sr(e.revived_at,3)}`:``].filter(Boolean);return t.length?W`<p class="muted">${t.join(`; `)}</p>`:G}function iu(e){return e.held?W`<p class="muted">between records: this is the one before</p>`:G}customElements.define(`dr-tooltip`,Xl);var au=class extends Qn{static styles=[$n,er,Kt`
      :host {
        position: fixed;
        inset: 0;
        display: grid;
        grid-template: auto minmax(0, 1fr) / clamp(180px, 17vw, 240px) minmax(0, 1fr);
      }
      .banner {
        grid-column: 1 / -1;
        margin: 6px 12px;
        display: flex;
        gap: 12px;
        align-items: center;
        justify-content: space-between;
      }
      dr-sidebar,
      dr-detail,
      .wait {
        grid-row: 2;
      }
      .wait {
        position: relative;
      }
      .empty {
        grid-column: 1 / -1;
        grid-row: 2;
        justify-self: center;
        padding: 48px 24px;
        max-width: 640px;
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .empty h1 {
        font-size: 20px;
        line-height: 28px;
      }
      .all {
        grid-column: 1 / -1;
      }
      pre {
        margin: 0;
        padding: 12px 14px;
        background: var(--sidebar);
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow-x: auto;
      }
    `];render(){let{value:e,error:t,loading:n}=De().state.value;return e?lt.value.length?W`
      ${t?W`<div class="banner error" role="alert">
              <span>Reloading failed: ${t} What is shown is as of before.</span>
              <button @click=${Ee}>Try again</button>
            </div>`:G}
      <dr-sidebar role="region" aria-label="What to show"></dr-sidebar>
      ${dt.value===null?W`<div class="wait"><dr-late .delay=${300}>Looking for dead units…</dr-late></div>`:W`<dr-detail role="main"></dr-detail>`}
      <dr-tooltip></dr-tooltip>
    `:Xn():t&&!n?Zn(t,Ee):W`<div class="wait all"><dr-late .delay=${300}>Loading…</dr-late></div>`}updated(e){super.updated(e),this.setAttribute(`theme`,Ue.value?`dark`:`light`)}};customElements.define(`dr-app`,au);function ou(){try{window.addEventListener(`unhandledrejection`,({reason:e})=>su(`had an error`,e),{once:!0}),We(),yt(),Ft(),document.documentElement.lang=`en`,document.title=`Dead ReLU`,document.body.append(document.createElement(`dr-app`)),Ye(Ee)}catch(e){su(`couldn't start`,e)}}function su(e,t){let n=document.createElement(`pre`);n.setAttribute(`role`,`alert`),n.style.cssText=`position:fixed;inset:auto 0 0 0;z-index:20;margin:0;padding:12px 16px;max-height:50%;overflow:auto;white-space:pre-wrap;font:12px monospace;background:#fce8e6;color:#202124`,n.textContent=`The Dead ReLU tab ${e}. Please report this:\n\n${t instanceof Error?t.stack??t.message:String(t)}`,document.body.append(n)}export{ou as render};