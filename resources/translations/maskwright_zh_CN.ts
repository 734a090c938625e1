<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Maskwright</source>
        <translation>关于 Maskwright</translation>
    </message>
    <message>
        <source>Free software under the MIT licence.</source>
        <translation>以 MIT 许可证发布的自由软件。</translation>
    </message>
    <message>
        <source>Labels images for semantic segmentation, on this machine only.</source>
        <translation>为语义分割标注图像，一切只在本机进行。</translation>
    </message>
    <message>
        <source>Third-party licences</source>
        <translation>第三方许可证</translation>
    </message>
</context>
<context>
    <name>ActionWiring</name>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo {what}</source>
        <translation>重做“{what}”(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Undo {what}</source>
        <translation>撤销“{what}”(&amp;U)</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;100 %</source>
        <translation>100 %(&amp;1)</translation>
    </message>
    <message>
        <source>&amp;About Maskwright</source>
        <translation>关于 Maskwright(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Audit the labels</source>
        <translation>审查标签(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Back to the prediction…</source>
        <translation>恢复为预测(&amp;B)…</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>画笔(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Change shortcuts…</source>
        <translation>更改快捷键(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Changes to the prediction|Changes</source>
        <translation>与预测的差异(&amp;C)|差异</translation>
    </message>
    <message>
        <source>&amp;Clear…</source>
        <translation>清除(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Confirm</source>
        <translation>确认(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Dark colours</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Documentation</source>
        <translation>文档(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Done, go to the next|Done</source>
        <translation>完成并转到下一张(&amp;D)|完成</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>橡皮擦(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Export labels…</source>
        <translation>导出标签(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Fill</source>
        <translation>填充(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Find a command, class or image…</source>
        <translation>查找命令、类别或图像(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Fit to window</source>
        <translation>适合窗口(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Flag / take the flag away</source>
        <translation>加旗标／去掉旗标(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Grey pages are channels</source>
        <translation>灰度页是通道(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Grow…</source>
        <translation>扩张(&amp;G)…</translation>
    </message>
    <message>
        <source>&amp;Heatmap of a class|Heatmap</source>
        <translation>某一类别的热图(&amp;H)|热图</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;History…</source>
        <translation>历史(&amp;H)…</translation>
    </message>
    <message>
        <source>&amp;Image only|Image</source>
        <translation>仅图像(&amp;I)|图像</translation>
    </message>
    <message>
        <source>&amp;Import labels…</source>
        <translation>导入标签(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Label all unlabelled…</source>
        <translation>标注所有未标注像素(&amp;L)…</translation>
    </message>
    <message>
        <source>&amp;Labels</source>
        <translation>标签(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Larger brush</source>
        <translation>放大画笔(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Lasso</source>
        <translation>套索(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Live</source>
        <translation>实时(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Look for new images</source>
        <translation>查找新图像(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Magic wand</source>
        <translation>魔棒(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Merge another project…</source>
        <translation>合并另一个项目(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Next image</source>
        <translation>下一张图像(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Overlay</source>
        <translation>叠加(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Polygon</source>
        <translation>多边形(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Predict this image</source>
        <translation>预测此图像(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Previous image</source>
        <translation>上一张图像(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Read this image again</source>
        <translation>重新读取此图像(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Rectangle</source>
        <translation>矩形(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Refine edges</source>
        <translation>细化边缘(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Replace a class…</source>
        <translation>替换类别(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Save now</source>
        <translation>立即保存(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Second-best class…</source>
        <translation>次优类别(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Smart stroke</source>
        <translation>智能笔画(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Threshold…</source>
        <translation>阈值(&amp;T)…</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>工具(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Uncertainty</source>
        <translation>不确定性(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Window and level</source>
        <translation>窗宽和窗位(&amp;W)</translation>
    </message>
    <message>
        <source>A&amp;ccept the labels</source>
        <translation>接受标签(&amp;C)</translation>
    </message>
    <message>
        <source>C&amp;onfirm…</source>
        <translation>确认(&amp;O)…</translation>
    </message>
    <message>
        <source>Choose the &amp;network of click to segment…|Network of click to segment</source>
        <translation>选择点击分割的网络(&amp;N)…|点击分割的网络</translation>
    </message>
    <message>
        <source>Class %1</source>
        <translation>类别 %1</translation>
    </message>
    <message>
        <source>Class: ignore</source>
        <translation>类别：忽略</translation>
    </message>
    <message>
        <source>Classes in the le&amp;gend</source>
        <translation>图例中的类别(&amp;G)</translation>
    </message>
    <message>
        <source>Click a piece that is right, or drag over several: it counts as checked, as if you had painted it. Right click takes that back. What is not checked yet is dimmed.</source>
        <translation>单击一个正确的区块，或拖过多个：它们算作已检查，如同由您绘制。右键单击可收回。尚未检查的部分显示得较暗。</translation>
    </message>
    <message>
        <source>Click a region: whatever it encloses gets its label</source>
        <translation>单击一个区域：它所包围的一切都得到它的标签</translation>
    </message>
    <message>
        <source>Click a thing, or drag a box around it: a network of the SAM family finds its pixels. Right click what does not belong to it. Enter paints it.</source>
        <translation>单击一个物体，或在其周围拖出一个框：SAM 系列网络会找出它的像素。右键单击不属于它的部分。按 Enter 绘制。</translation>
    </message>
    <message>
        <source>Click the corners, and the first one again to close it; drag corners and sides to change them. Enter paints it, Esc drops it.</source>
        <translation>单击各个顶点，再次单击第一个顶点即闭合；拖动顶点和边可修改。按 Enter 绘制，按 Esc 放弃。</translation>
    </message>
    <message>
        <source>Click to se&amp;gment</source>
        <translation>点击分割(&amp;G)</translation>
    </message>
    <message>
        <source>Close gaps…</source>
        <translation>闭合缝隙…</translation>
    </message>
    <message>
        <source>Colours of the &amp;system</source>
        <translation>系统颜色(&amp;S)</translation>
    </message>
    <message>
        <source>Compare side b&amp;y side|Side by side</source>
        <translation>并排比较(&amp;Y)|并排</translation>
    </message>
    <message>
        <source>Compare with a s&amp;wipe|Swipe</source>
        <translation>滑动比较(&amp;W)|滑动</translation>
    </message>
    <message>
        <source>Confirms the labels of all selected images as they are; select them in the list with Shift or Ctrl</source>
        <translation>按原样确认所有所选图像的标签；在列表中用 Shift 或 Ctrl 选择</translation>
    </message>
    <message>
        <source>Copy &amp;from the previous image…</source>
        <translation>从上一张图像复制(&amp;F)…</translation>
    </message>
    <message>
        <source>Decides predicted pixels again with a class made more or less probable; painted and confirmed ones stay</source>
        <translation>调高或调低某一类别的概率后重新判定预测像素；绘制和确认过的像素不变</translation>
    </message>
    <message>
        <source>Drag from corner to corner. Shift: a circle. Alt: from the middle. Ctrl or the right button erases.</source>
        <translation>从一角拖到另一角。Shift：圆形。Alt：从中心开始。Ctrl 或右键则擦除。</translation>
    </message>
    <message>
        <source>Drag from corner to corner. Shift: a square. Alt: from the middle. Ctrl or the right button erases.</source>
        <translation>从一角拖到另一角。Shift：正方形。Alt：从中心开始。Ctrl 或右键则擦除。</translation>
    </message>
    <message>
        <source>Drag on the image: right for a wider window, which is less contrast, up for a lower level, which is brighter. A double click resets. Files and models see no difference.</source>
        <translation>在图像上拖动：向右加宽窗宽（对比度降低），向上降低窗位（更亮）。双击可重置。文件和模型不受影响。</translation>
    </message>
    <message>
        <source>Draw along a border between classes: it moves to the edge in the image under the brush</source>
        <translation>沿类别之间的边界涂画：边界会移到画笔下图像中的边缘</translation>
    </message>
    <message>
        <source>Draw around an area. Ctrl or the right button erases it.</source>
        <translation>围绕一个区域画线。Ctrl 或右键则擦除该区域。</translation>
    </message>
    <message>
        <source>E&amp;llipse</source>
        <translation>椭圆(&amp;L)</translation>
    </message>
    <message>
        <source>Ed&amp;ge refine</source>
        <translation>边缘细化(&amp;G)</translation>
    </message>
    <message>
        <source>Fill &amp;holes</source>
        <translation>填充孔洞(&amp;H)</translation>
    </message>
    <message>
        <source>Fill &amp;holes…</source>
        <translation>填充孔洞(&amp;H)…</translation>
    </message>
    <message>
        <source>Fills the region of one label, or of similar colours in the image; the toolbar says which</source>
        <translation>填充同一标签的区域，或图像中颜色相近的区域；由工具栏选择</translation>
    </message>
    <message>
        <source>Fine-&amp;tune the model</source>
        <translation>微调模型(&amp;T)</translation>
    </message>
    <message>
        <source>Gives a piece the class that the model finds most probable but the one it has</source>
        <translation>给区块换成模型认为除当前类别外最可能的类别</translation>
    </message>
    <message>
        <source>Gives all pixels of one class another class</source>
        <translation>把一个类别的所有像素改为另一个类别</translation>
    </message>
    <message>
        <source>Gives each pixel the label that most pixels around it have</source>
        <translation>给每个像素换成其周围多数像素的标签</translation>
    </message>
    <message>
        <source>Gives every pixel without a label a class</source>
        <translation>给每个没有标签的像素一个类别</translation>
    </message>
    <message>
        <source>Gives pixels of a range of grey levels, or of a channel, a class</source>
        <translation>给某一灰度范围或某一通道范围内的像素一个类别</translation>
    </message>
    <message>
        <source>Gives small pieces the label beside them</source>
        <translation>给小区块换成旁边的标签</translation>
    </message>
    <message>
        <source>Gives what a class encloses its label</source>
        <translation>把类别所包围的部分标为该类别</translation>
    </message>
    <message>
        <source>Goes back to the region before this one</source>
        <translation>回到此前的区域</translation>
    </message>
    <message>
        <source>Goes through the done images: accept each, or reject it with a note</source>
        <translation>逐张查看已完成的图像：接受，或附备注退回</translation>
    </message>
    <message>
        <source>H&amp;ide all hints</source>
        <translation>隐藏所有提示(&amp;I)</translation>
    </message>
    <message>
        <source>High c&amp;ontrast</source>
        <translation>高对比度(&amp;O)</translation>
    </message>
    <message>
        <source>Import labels from a &amp;file…</source>
        <translation>从文件导入标签(&amp;F)…</translation>
    </message>
    <message>
        <source>Imports label maps that another program made</source>
        <translation>导入其他程序制作的标签图</translation>
    </message>
    <message>
        <source>Joins pieces with a narrow gap between them: up to twice the radius wide</source>
        <translation>连接其间只有窄缝的区块：缝宽最多为半径的两倍</translation>
    </message>
    <message>
        <source>Labels small pieces whose borders follow the edges in the image: click one, or drag over many. The size of the brush is that of the pieces.</source>
        <translation>标注边界沿图像边缘的小块：单击一块，或拖过多块。画笔的大小就是小块的大小。</translation>
    </message>
    <message>
        <source>Labels the pixels that are neither painted nor confirmed as in that image</source>
        <translation>按上一张图像标注既未绘制也未确认的像素</translation>
    </message>
    <message>
        <source>Labels the rest of the image after each stroke, from what you have painted so far. Pixels that you painted or confirmed do not change; Undo takes back the stroke with all that followed from it.</source>
        <translation>每画一笔后，根据您目前绘制的内容标注图像的其余部分。您绘制或确认过的像素不变；撤销会收回这一笔及由它产生的一切。</translation>
    </message>
    <message>
        <source>Lets labels count as checked, as if you had painted them</source>
        <translation>让标签算作已检查，如同由您绘制</translation>
    </message>
    <message>
        <source>Li&amp;ght colours</source>
        <translation>浅色(&amp;G)</translation>
    </message>
    <message>
        <source>Lists corrected labels that look wrong to a model which has not seen them; it takes a while</source>
        <translation>列出在未见过它们的模型看来有误的已修正标签；需要一段时间</translation>
    </message>
    <message>
        <source>Lists the classes and their colours in a corner of the image</source>
        <translation>在图像一角列出各类别及其颜色</translation>
    </message>
    <message>
        <source>Live&amp;wire</source>
        <translation>智能剪刀(&amp;W)</translation>
    </message>
    <message>
        <source>Makes a class or a piece narrower; its rim takes the label beside it</source>
        <translation>让类别或区块变窄；其边缘换成旁边的标签</translation>
    </message>
    <message>
        <source>Makes a class or a piece wider</source>
        <translation>让类别或区块变宽</translation>
    </message>
    <message>
        <source>Makes one zip file of the project, for another machine or another person</source>
        <translation>将项目制成一个 zip 文件，供其他计算机或其他人使用</translation>
    </message>
    <message>
        <source>Makes painted and confirmed pixels, too, as the model predicted them</source>
        <translation>把绘制和确认过的像素也改回模型预测的结果</translation>
    </message>
    <message>
        <source>Mark as done / &amp;reopen</source>
        <translation>标记为完成／重新打开(&amp;R)</translation>
    </message>
    <message>
        <source>Mark the selected &amp;images as done</source>
        <translation>将所选图像标记为完成(&amp;I)</translation>
    </message>
    <message>
        <source>Mini&amp;map</source>
        <translation>缩略导航图(&amp;M)</translation>
    </message>
    <message>
        <source>More or less of a class…</source>
        <translation>增减某一类别…</translation>
    </message>
    <message>
        <source>N&amp;ote on this image</source>
        <translation>此图像的备注(&amp;O)</translation>
    </message>
    <message>
        <source>Next &amp;uncertain region</source>
        <translation>下一个不确定区域(&amp;U)</translation>
    </message>
    <message>
        <source>Next &amp;view</source>
        <translation>下一种视图(&amp;V)</translation>
    </message>
    <message>
        <source>Of a TIFF file that does not say what its pages are: off, each page is an image; on, all are one image</source>
        <translation>适用于未说明其页面含义的 TIFF 文件：关闭时每一页是一幅图像；打开时所有页合为一幅图像</translation>
    </message>
    <message>
        <source>Of the open image, or of all images that are selected in the list</source>
        <translation>针对打开的图像，或列表中所选的所有图像</translation>
    </message>
    <message>
        <source>Open &amp;folder of images…</source>
        <translation>打开图像文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>打开项目(&amp;P)…</translation>
    </message>
    <message>
        <source>Open a pac&amp;ked project…</source>
        <translation>打开打包的项目(&amp;K)…</translation>
    </message>
    <message>
        <source>Open the &amp;log folder</source>
        <translation>打开日志文件夹(&amp;L)</translation>
    </message>
    <message>
        <source>Open the &amp;sample project: roads</source>
        <translation>打开示例项目：道路(&amp;S)</translation>
    </message>
    <message>
        <source>Open the sample project: &amp;cells</source>
        <translation>打开示例项目：细胞(&amp;C)</translation>
    </message>
    <message>
        <source>Out&amp;lines</source>
        <translation>轮廓(&amp;L)</translation>
    </message>
    <message>
        <source>Outlines an area by a few clicks on its border: the lines between them follow the edges in the image. A click on the first point closes it; with Ctrl held, the area is erased.</source>
        <translation>在区域边界上单击几次即可勾出轮廓：其间的线会沿图像中的边缘走。单击第一个点即闭合；按住 Ctrl 则擦除该区域。</translation>
    </message>
    <message>
        <source>P&amp;an</source>
        <translation>平移(&amp;A)</translation>
    </message>
    <message>
        <source>P&amp;ick class</source>
        <translation>拾取类别(&amp;I)</translation>
    </message>
    <message>
        <source>Pack the pro&amp;ject…</source>
        <translation>打包项目(&amp;J)…</translation>
    </message>
    <message>
        <source>Pixels, shares and areas of each class in the project; table, chart and CSV</source>
        <translation>项目中每个类别的像素数、占比和面积；表格、图表和 CSV</translation>
    </message>
    <message>
        <source>Pre&amp;vious uncertain region</source>
        <translation>上一个不确定区域(&amp;V)</translation>
    </message>
    <message>
        <source>Predict &amp;all images</source>
        <translation>预测所有图像(&amp;A)</translation>
    </message>
    <message>
        <source>Re&amp;ject the labels…</source>
        <translation>退回标签(&amp;J)…</translation>
    </message>
    <message>
        <source>Re&amp;view the done images</source>
        <translation>审核已完成的图像(&amp;V)</translation>
    </message>
    <message>
        <source>Reads the image and its labels from their files again, for example after a backup was restored</source>
        <translation>从文件重新读取图像及其标签，例如在恢复备份之后</translation>
    </message>
    <message>
        <source>Remove &amp;specks…</source>
        <translation>去除斑点(&amp;S)…</translation>
    </message>
    <message>
        <source>Report for a &amp;bug…</source>
        <translation>报告错误(&amp;B)…</translation>
    </message>
    <message>
        <source>Rule&amp;rs</source>
        <translation>标尺(&amp;R)</translation>
    </message>
    <message>
        <source>S&amp;hrink…</source>
        <translation>收缩(&amp;H)…</translation>
    </message>
    <message>
        <source>S&amp;maller brush</source>
        <translation>缩小画笔(&amp;M)</translation>
    </message>
    <message>
        <source>S&amp;mooth borders…</source>
        <translation>平滑边界(&amp;M)…</translation>
    </message>
    <message>
        <source>S&amp;plit where thin…</source>
        <translation>在细处拆分(&amp;P)…</translation>
    </message>
    <message>
        <source>S&amp;tatistics of the labels…</source>
        <translation>标签统计(&amp;T)…</translation>
    </message>
    <message>
        <source>S&amp;uperpixels</source>
        <translation>超像素(&amp;U)</translation>
    </message>
    <message>
        <source>Save &amp;unsaved labels to…</source>
        <translation>将未保存的标签保存到(&amp;U)…</translation>
    </message>
    <message>
        <source>Scribble inside a region: it is filled up to the edges in the image</source>
        <translation>在区域内涂画：它会填充到图像中的边缘为止</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>设置(&amp;T)…</translation>
    </message>
    <message>
        <source>Searc&amp;h images</source>
        <translation>搜索图像(&amp;H)</translation>
    </message>
    <message>
        <source>Shift: straight lines. Ctrl or the right button: erase. Alt + click: pick the class under the pointer.</source>
        <translation>Shift：直线。Ctrl 或右键：擦除。Alt + 单击：拾取指针下的类别。</translation>
    </message>
    <message>
        <source>Show all &amp;hints</source>
        <translation>显示所有提示(&amp;H)</translation>
    </message>
    <message>
        <source>Shows other labels beside yours; the View tab says which</source>
        <translation>在您的标签旁显示其他标签；具体为哪些见“视图”选项卡</translation>
    </message>
    <message>
        <source>Shows other labels on the right of a line that you drag</source>
        <translation>在可拖动的分界线右侧显示其他标签</translation>
    </message>
    <message>
        <source>Shows rulers at the edges of the canvas; the View tab says in which unit</source>
        <translation>在画布边缘显示标尺；单位见“视图”选项卡</translation>
    </message>
    <message>
        <source>Shows the whole image in a corner while only a part of it is seen</source>
        <translation>只看到图像的一部分时，在一角显示整张图像</translation>
    </message>
    <message>
        <source>Takes over labels, classes and images of another project, or a packed one</source>
        <translation>接收另一个项目（或打包项目）的标签、类别和图像</translation>
    </message>
    <message>
        <source>Takes parts away that are at most twice the radius wide, so that pieces come apart</source>
        <translation>去掉宽度不超过半径两倍的部分，使区块分开</translation>
    </message>
    <message>
        <source>Takes the labels away; a model or Live may label the pixels again</source>
        <translation>去掉标签；模型或“实时”可以重新标注这些像素</translation>
    </message>
    <message>
        <source>Takes the region of similar colour under the pointer, within 1024 pixels. Drag right for more of it, left for less.</source>
        <translation>选取指针下颜色相近的区域，范围为 1024 像素以内。向右拖扩大，向左拖缩小。</translation>
    </message>
    <message>
        <source>The edits of this image as a list to click in, and its versions on the disk</source>
        <translation>此图像的编辑列表（可单击跳转）及其在磁盘上的版本</translation>
    </message>
    <message>
        <source>To the &amp;classes</source>
        <translation>到类别(&amp;C)</translation>
    </message>
    <message>
        <source>To the &amp;list of images</source>
        <translation>到图像列表(&amp;L)</translation>
    </message>
    <message>
        <source>To the &amp;next part of the window</source>
        <translation>到窗口的下一部分(&amp;N)</translation>
    </message>
    <message>
        <source>To the &amp;previous part of the window</source>
        <translation>到窗口的上一部分(&amp;P)</translation>
    </message>
    <message>
        <source>To the i&amp;mage</source>
        <translation>到图像(&amp;M)</translation>
    </message>
    <message>
        <source>To the tab &amp;Model</source>
        <translation>到“模型”选项卡(&amp;M)</translation>
    </message>
    <message>
        <source>To the tab &amp;Refine</source>
        <translation>到“细化”选项卡(&amp;R)</translation>
    </message>
    <message>
        <source>To the tab &amp;Train</source>
        <translation>到“训练”选项卡(&amp;T)</translation>
    </message>
    <message>
        <source>To the tab &amp;View</source>
        <translation>到“视图”选项卡(&amp;V)</translation>
    </message>
    <message>
        <source>Two ONNX files of SAM, MobileSAM, SAM 2 or EfficientSAM: the image encoder and the prompt decoder</source>
        <translation>SAM、MobileSAM、SAM 2 或 EfficientSAM 的两个 ONNX 文件：图像编码器和提示解码器</translation>
    </message>
    <message>
        <source>Type a few letters of what you want; Enter does it</source>
        <translation>输入几个字即可；按 Enter 执行</translation>
    </message>
    <message>
        <source>Unpacks a zip file that holds a project, and opens it</source>
        <translation>解压含有项目的 zip 文件并打开它</translation>
    </message>
    <message>
        <source>What it erases has no label any more. Shift: straight lines.</source>
        <translation>擦除之处不再有标签。Shift：直线。</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>Zooms to where a correction is expected to help most: in this image first, then in the next one</source>
        <translation>放大到修正预计最有帮助之处：先在此图像中，然后在下一张中</translation>
    </message>
</context>
<context>
    <name>AuditDialog</name>
    <message>
        <source>1 label to look at</source>
        <translation>有 1 个标签需要查看</translation>
    </message>
    <message>
        <source>A model that has not seen these labels finds another class more likely. Each picture shows the image, the label and the suggestion. Large and clear ones come first.</source>
        <translation>一个未见过这些标签的模型认为另一类别更可能。每张图片显示图像、标签和建议。大而明显的排在前面。</translation>
    </message>
    <message>
        <source>Labels that look wrong</source>
        <translation>看似有误的标签</translation>
    </message>
    <message>
        <source>You have decided about all of them.</source>
        <translation>您已全部作出决定。</translation>
    </message>
    <message>
        <source>{count} labels to look at</source>
        <translation>有 {count} 个标签需要查看</translation>
    </message>
</context>
<context>
    <name>AuditRow</name>
    <message>
        <source>About {pixels} pixels</source>
        <translation>约 {pixels} 像素</translation>
    </message>
    <message>
        <source>Accept suggestion</source>
        <translation>接受建议</translation>
    </message>
    <message>
        <source>Image, label {label}, suggestion {suggestion}</source>
        <translation>图像，标签 {label}，建议 {suggestion}</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Opens the image at this place</source>
        <translation>在此处打开图像</translation>
    </message>
    <message>
        <source>Paints the suggestion over this label; one undo step</source>
        <translation>用建议覆盖此标签；一步即可撤销</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>The label is right; it is not listed again</source>
        <translation>标签正确；不再列出</translation>
    </message>
    <message>
        <source>{label} → {suggestion}</source>
        <translation>{label} → {suggestion}</translation>
    </message>
</context>
<context>
    <name>Auditing</name>
    <message>
        <source>Accept suggestion</source>
        <translation>接受建议</translation>
    </message>
    <message>
        <source>Audit the labels</source>
        <translation>审查标签</translation>
    </message>
    <message>
        <source>No corrected label looks wrong.</source>
        <translation>没有看似有误的已修正标签。</translation>
    </message>
    <message>
        <source>Nothing was changed: “Paint over” protects this class.</source>
        <translation>没有作任何更改：“可覆盖”保护此类别。</translation>
    </message>
    <message>
        <source>The image has another size now; nothing was changed.</source>
        <translation>图像的尺寸已经改变；没有作任何更改。</translation>
    </message>
    <message>
        <source>The image is another picture now; nothing was changed.</source>
        <translation>该图像现在是另一张图片；未作任何更改。</translation>
    </message>
    <message>
        <source>This label was changed already.</source>
        <translation>此标签已更改过。</translation>
    </message>
</context>
<context>
    <name>Autosaver</name>
    <message>
        <source>The labels of {name} could not be saved ({reason}).</source>
        <translation>{name} 的标签无法保存（{reason}）。</translation>
    </message>
    <message>
        <source>Your edits are kept and saving is tried again; check the disk.</source>
        <translation>您的编辑会保留，并将再次尝试保存；请检查磁盘。</translation>
    </message>
    <message>
        <source>saving was stopped</source>
        <translation>保存被停止</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close other programs, then try again. Your labels are safe.</source>
        <translation>请关闭其他程序后重试。您的标签是安全的。</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss message</source>
        <translation>关闭消息</translation>
    </message>
    <message>
        <source>Make a text for a bug report; nothing is sent</source>
        <translation>生成用于错误报告的文本；不会发送任何内容</translation>
    </message>
    <message>
        <source>Show report…</source>
        <translation>显示报告…</translation>
    </message>
    <message>
        <source>Something went wrong that Maskwright did not expect.</source>
        <translation>发生了 Maskwright 未预料到的错误。</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>内存不足，无法执行此操作。</translation>
    </message>
    <message>
        <source>Your labels are safe. The log has the details (Help menu).</source>
        <translation>您的标签是安全的。详情见日志（“帮助”菜单）。</translation>
    </message>
</context>
<context>
    <name>BrushTool</name>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>The project is open read-only: nothing is painted.</source>
        <translation>项目以只读方式打开：不会绘制任何内容。</translation>
    </message>
    <message>
        <source>This click only activated the image. Click again to paint.</source>
        <translation>这次单击只是激活了图像。再次单击即可绘制。</translation>
    </message>
</context>
<context>
    <name>CanvasPreview</name>
    <message>
        <source>Preview. Press R to apply, Esc to drop</source>
        <translation>预览。按 R 应用，按 Esc 放弃</translation>
    </message>
</context>
<context>
    <name>ChangesView</name>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Confusion, pixels</source>
        <translation>混淆，像素</translation>
    </message>
    <message>
        <source>Image, mean IoU in %</source>
        <translation>图像，平均 IoU（%）</translation>
    </message>
    <message>
        <source>no class</source>
        <translation>无类别</translation>
    </message>
    <message>
        <source>{count} more do not count: one of the two models was trained on them.</source>
        <translation>另有 {count} 张不计入：两个模型之一曾用它们训练。</translation>
    </message>
    <message>
        <source>{truth} taken for {guess}</source>
        <translation>{truth} 被判为 {guess}</translation>
    </message>
    <message>
        <source>{worse} of {count} held-out images got worse, {better} got better.</source>
        <translation>{count} 张留出图像中 {worse} 张变差，{better} 张变好。</translation>
    </message>
</context>
<context>
    <name>ChannelControls</name>
    <message>
        <source>Blue</source>
        <translation>蓝</translation>
    </message>
    <message>
        <source>Channel {n}</source>
        <translation>通道 {n}</translation>
    </message>
    <message>
        <source>Channels and range</source>
        <translation>通道和范围</translation>
    </message>
    <message>
        <source>Colour of {name}</source>
        <translation>{name} 的颜色</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>灰</translation>
    </message>
    <message>
        <source>Range: {name}</source>
        <translation>范围：{name}</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>红</translation>
    </message>
    <message>
        <source>Shows the values of the file: each channel in its colour, and from which value on it is black or brightest. Files and models see no difference.</source>
        <translation>显示文件中的数值：每个通道用其颜色，以及从哪个值起为黑或最亮。文件和模型不受影响。</translation>
    </message>
    <message>
        <source>The file has another size now. Read the image again.</source>
        <translation>文件的尺寸已经改变。请重新读取图像。</translation>
    </message>
</context>
<context>
    <name>ClassChart</name>
    <message>
        <source>Share of each class: {numbers}</source>
        <translation>各类别占比：{numbers}</translation>
    </message>
</context>
<context>
    <name>ClassEditing</name>
    <message>
        <source>A project needs at least one class.</source>
        <translation>项目至少需要一个类别。</translation>
    </message>
    <message>
        <source>Count its images</source>
        <translation>统计其图像</translation>
    </message>
    <message>
        <source>Earlier edits can no longer be undone, in any image.</source>
        <translation>所有图像中更早的编辑都无法再撤销。</translation>
    </message>
    <message>
        <source>No image uses it.</source>
        <translation>没有图像使用它。</translation>
    </message>
    <message>
        <source>One image has pixels of it. They become unlabelled; a new class of the same name brings them back.</source>
        <translation>有一张图像含有它的像素。这些像素会变为未标注；新建同名类别可将它们恢复。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove the class “{name}”?</source>
        <translation>移除类别“{name}”？</translation>
    </message>
    <message>
        <source>Rename it instead.</source>
        <translation>请改为重命名。</translation>
    </message>
    <message>
        <source>The project is open read-only: its classes cannot be changed.</source>
        <translation>项目以只读方式打开：无法更改其类别。</translation>
    </message>
    <message>
        <source>{n} images have pixels of it. They become unlabelled; a new class of the same name brings them back.</source>
        <translation>有 {n} 张图像含有它的像素。这些像素会变为未标注；新建同名类别可将它们恢复。</translation>
    </message>
</context>
<context>
    <name>ClassMappingDialog</name>
    <message>
        <source>Class of this project for {name}</source>
        <translation>{name} 对应的本项目类别</translation>
    </message>
    <message>
        <source>Classes of the same name belong together; the others are left untouched</source>
        <translation>同名类别互相对应；其余保持不变</translation>
    </message>
    <message>
        <source>Classes of {name}</source>
        <translation>{name} 的类别</translation>
    </message>
    <message>
        <source>Every class of this project has a partner.</source>
        <translation>本项目的每个类别都有对应。</translation>
    </message>
    <message>
        <source>Join by name</source>
        <translation>按名称对应</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Nothing is joined, so this model cannot label anything here.</source>
        <translation>没有任何对应，因此该模型在此无法标注。</translation>
    </message>
    <message>
        <source>Pixels that the model gives to a class on the left get the class on the right.</source>
        <translation>模型判为左侧类别的像素得到右侧的类别。</translation>
    </message>
    <message>
        <source>This model never predicts: {names}.</source>
        <translation>该模型从不预测：{names}。</translation>
    </message>
    <message>
        <source>This project</source>
        <translation>此项目</translation>
    </message>
    <message>
        <source>leave untouched</source>
        <translation>保持不变</translation>
    </message>
</context>
<context>
    <name>ClassPanel</name>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add a class</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>Add a class and type its name</source>
        <translation>添加一个类别并输入名称</translation>
    </message>
    <message>
        <source>Change colour…</source>
        <translation>更改颜色…</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Colour of {name}</source>
        <translation>{name} 的颜色</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Gives all classes the colours of a palette</source>
        <translation>给所有类别换上一个调色板的颜色</translation>
    </message>
    <message>
        <source>Hide when the project is opened</source>
        <translation>打开项目时隐藏</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Lock or unlock this class: no tool paints a locked class or paints over it</source>
        <translation>锁定或解锁此类别：任何工具都不会绘制或覆盖锁定的类别</translation>
    </message>
    <message>
        <source>Locked: no tool changes it</source>
        <translation>已锁定：任何工具都不会更改它</translation>
    </message>
    <message>
        <source>Merge into</source>
        <translation>合并到</translation>
    </message>
    <message>
        <source>No class is wanted here: training and scores leave these pixels out (value 255)</source>
        <translation>此处不需要类别：训练和评分都不计这些像素（值 255）</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Show all classes</source>
        <translation>显示所有类别</translation>
    </message>
    <message>
        <source>Show only this class</source>
        <translation>仅显示此类别</translation>
    </message>
    <message>
        <source>Show or hide the hatch on the canvas</source>
        <translation>在画布上显示或隐藏阴影线</translation>
    </message>
    <message>
        <source>Show or hide this class on the canvas</source>
        <translation>在画布上显示或隐藏此类别</translation>
    </message>
    <message>
        <source>class {n}</source>
        <translation>类别 {n}</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>not locked</source>
        <translation>未锁定</translation>
    </message>
    <message>
        <source>visible</source>
        <translation>可见</translation>
    </message>
    <message>
        <source>{name} (value {value})</source>
        <translation>{name}（值 {value}）</translation>
    </message>
</context>
<context>
    <name>ClassSearch</name>
    <message>
        <source>Search classes</source>
        <translation>搜索类别</translation>
    </message>
    <message>
        <source>Search classes by name</source>
        <translation>按名称搜索类别</translation>
    </message>
</context>
<context>
    <name>ClickSegmentTool</name>
    <message>
        <source>Click a thing, or drag a box around it. Right click what does not belong to it. Enter paints it.</source>
        <translation>单击一个物体，或在其周围拖出一个框。右键单击不属于它的部分。按 Enter 绘制。</translation>
    </message>
    <message>
        <source>Click to segment</source>
        <translation>点击分割</translation>
    </message>
    <message>
        <source>Nothing was found there. Click its middle, or drag a box around it.</source>
        <translation>那里没有找到任何物体。请单击其中部，或在其周围拖出一个框。</translation>
    </message>
    <message>
        <source>point</source>
        <translation>点</translation>
    </message>
</context>
<context>
    <name>ComingImage</name>
    <message>
        <source>Image that is being loaded</source>
        <translation>正在加载的图像</translation>
    </message>
    <message>
        <source>Loading {name} …</source>
        <translation>正在加载 {name} …</translation>
    </message>
</context>
<context>
    <name>CommandBar</name>
    <message>
        <source>All images</source>
        <translation>所有图像</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Apply  (Enter)</source>
        <translation>应用  (Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel  (Esc)</source>
        <translation>取消  (Esc)</translation>
    </message>
    <message>
        <source>Class to replace</source>
        <translation>要替换的类别</translation>
    </message>
    <message>
        <source>Class “{name}”</source>
        <translation>类别“{name}”</translation>
    </message>
    <message>
        <source>Ignored pixels</source>
        <translation>忽略的像素</translation>
    </message>
    <message>
        <source>New class</source>
        <translation>新类别</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Piece: click it</source>
        <translation>区块：请单击</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation>整张图像</translation>
    </message>
    <message>
        <source>ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>unlabelled</source>
        <translation>未标注</translation>
    </message>
    <message>
        <source>{what} in all images</source>
        <translation>所有图像中的{what}</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Enter: do it · Up and Down: choose · Esc: close</source>
        <translation>Enter：执行 · 上下键：选择 · Esc：关闭</translation>
    </message>
    <message>
        <source>Find a command, a class or an image</source>
        <translation>查找命令、类别或图像</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Nothing is called like this. Try fewer letters.</source>
        <translation>没有这样的名称。请少输入几个字。</translation>
    </message>
    <message>
        <source>This cannot be used now: it needs an image, or a project that can be changed.</source>
        <translation>现在无法使用：它需要一张图像，或一个可更改的项目。</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>查找结果</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Bias</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>By</source>
        <translation>幅度</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>半径</translation>
    </message>
    <message>
        <source>Smaller than</source>
        <translation>小于</translation>
    </message>
    <message>
        <source>Up to</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>any size</source>
        <translation>不限大小</translation>
    </message>
    <message>
        <source>{name} in all images</source>
        <translation>{name}（所有图像）</translation>
    </message>
</context>
<context>
    <name>CompareControls</name>
    <message>
        <source>Compare with</source>
        <translation>比较对象</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>上一张图像</translation>
    </message>
    <message>
        <source>Version (there is none yet)</source>
        <translation>版本（尚无）</translation>
    </message>
</context>
<context>
    <name>ComparePane</name>
    <message>
        <source>Labels to compare with</source>
        <translation>用于比较的标签</translation>
    </message>
</context>
<context>
    <name>CompareWiring</name>
    <message>
        <source>Prediction</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Previous image: {name}</source>
        <translation>上一张图像：{name}</translation>
    </message>
    <message>
        <source>The image had another size then: this version does not fit it.</source>
        <translation>当时图像的尺寸不同：此版本不适用。</translation>
    </message>
    <message>
        <source>The previous image is being read…</source>
        <translation>正在读取上一张图像…</translation>
    </message>
    <message>
        <source>The version is being read…</source>
        <translation>正在读取版本…</translation>
    </message>
    <message>
        <source>The versions are being read…</source>
        <translation>正在读取版本列表…</translation>
    </message>
    <message>
        <source>There is no prediction of this image yet. Choose {action}.</source>
        <translation>此图像尚无预测。请选择{action}。</translation>
    </message>
    <message>
        <source>There is no version of this image yet. One is kept before the first edit and while you work.</source>
        <translation>此图像尚无版本。第一次编辑之前以及工作期间会保存版本。</translation>
    </message>
    <message>
        <source>This is the first image.</source>
        <translation>这是第一张图像。</translation>
    </message>
    <message>
        <source>Version of {text}</source>
        <translation>{text} 的版本</translation>
    </message>
</context>
<context>
    <name>ConfirmTool</name>
    <message>
        <source>Checked: {n} pixels</source>
        <translation>已检查：{n} 像素</translation>
    </message>
    <message>
        <source>Click what is right: it counts as checked. What is dimmed is not checked yet.</source>
        <translation>单击正确之处：它算作已检查。较暗的部分尚未检查。</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Not checked any more: {n} pixels</source>
        <translation>不再算作已检查：{n} 像素</translation>
    </message>
    <message>
        <source>Nothing here is confirmed.</source>
        <translation>这里没有确认过的内容。</translation>
    </message>
    <message>
        <source>Take confirmation back</source>
        <translation>收回确认</translation>
    </message>
    <message>
        <source>There is no label here to confirm.</source>
        <translation>这里没有可确认的标签。</translation>
    </message>
    <message>
        <source>This is painted or confirmed already.</source>
        <translation>这里已绘制或确认过。</translation>
    </message>
</context>
<context>
    <name>ConfusionView</name>
    <message>
        <source>{share} of the pixels of {truth} were taken for {guess} ({count})</source>
        <translation>{truth} 的像素有 {share} 被判为 {guess}（{count}）</translation>
    </message>
</context>
<context>
    <name>CrashNotice</name>
    <message>
        <source>Dismiss; the report in the menu Help still tells of it</source>
        <translation>关闭；“帮助”菜单中的报告仍会包含它</translation>
    </message>
    <message>
        <source>Labels are saved about a second after each stroke: look at the image that was open.</source>
        <translation>标签在每一笔之后约一秒保存：请看一下当时打开的图像。</translation>
    </message>
    <message>
        <source>Make a text for a bug report; nothing is sent</source>
        <translation>生成用于错误报告的文本；不会发送任何内容</translation>
    </message>
    <message>
        <source>Maskwright stopped unexpectedly last time.</source>
        <translation>Maskwright 上次意外停止。</translation>
    </message>
    <message>
        <source>Show report…</source>
        <translation>显示报告…</translation>
    </message>
</context>
<context>
    <name>CrfQueue</name>
    <message>
        <source>The CRF is busy; your stroke is decided next.</source>
        <translation>CRF 正忙；接下来处理您的笔画。</translation>
    </message>
    <message>
        <source>The engine is starting; your stroke grows when it is there.</source>
        <translation>引擎正在启动；就绪后您的笔画会扩展。</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Loss {value}</source>
        <translation>损失 {value}</translation>
    </message>
    <message>
        <source>Mean IoU {value}</source>
        <translation>平均 IoU {value}</translation>
    </message>
    <message>
        <source>Mean IoU, held-out images</source>
        <translation>平均 IoU，留出图像</translation>
    </message>
</context>
<context>
    <name>DescriptionDialog</name>
    <message>
        <source>0 to 1</source>
        <translation>0 到 1</translation>
    </message>
    <message>
        <source>0 to 255</source>
        <translation>0 到 255</translation>
    </message>
    <message>
        <source>Class names</source>
        <translation>类别名称</translation>
    </message>
    <message>
        <source>Class names, one a line</source>
        <translation>类别名称，每行一个</translation>
    </message>
    <message>
        <source>Cut into tiles</source>
        <translation>切成图块</translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>说明 {name}</translation>
    </message>
    <message>
        <source>Fixed input size</source>
        <translation>固定输入尺寸</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Mean and std are of</source>
        <translation>均值和标准差针对</translation>
    </message>
    <message>
        <source>Mean and std of ImageNet (most networks)</source>
        <translation>ImageNet 的均值和标准差（多数网络）</translation>
    </message>
    <message>
        <source>Only for a network that takes one size of images</source>
        <translation>仅用于只接受一种图像尺寸的网络</translation>
    </message>
    <message>
        <source>Open an image to see what the model says about it.</source>
        <translation>请打开一张图像，以查看模型对它的预测。</translation>
    </message>
    <message>
        <source>Order of colours</source>
        <translation>颜色顺序</translation>
    </message>
    <message>
        <source>Own numbers</source>
        <translation>自定数值</translation>
    </message>
    <message>
        <source>Pixels of 0 to 1</source>
        <translation>0 到 1 的像素</translation>
    </message>
    <message>
        <source>Pixels of 0 to 255</source>
        <translation>0 到 255 的像素</translation>
    </message>
    <message>
        <source>Pixels times {scale}</source>
        <translation>像素乘以 {scale}</translation>
    </message>
    <message>
        <source>Predicting …</source>
        <translation>正在预测…</translation>
    </message>
    <message>
        <source>Resize the whole image</source>
        <translation>缩放整张图像</translation>
    </message>
    <message>
        <source>Std</source>
        <translation>标准差</translation>
    </message>
    <message>
        <source>This model does not say what its channels mean or how its input is made. What you say here is written into {file} beside it. If the colours on the right make no sense, try another input.</source>
        <translation>此模型没有说明其通道的含义或输入的制作方式。您在此填写的内容会写入其旁的 {file}。如果右侧的颜色不合理，请尝试另一种输入。</translation>
    </message>
    <message>
        <source>Write and import</source>
        <translation>写入并导入</translation>
    </message>
    <message>
        <source>{lines} names</source>
        <translation>{lines} 个名称</translation>
    </message>
    <message>
        <source>{lines} names for {channels} channels</source>
        <translation>{lines} 个名称，{channels} 个通道</translation>
    </message>
    <message>
        <source>−1 to 1</source>
        <translation>−1 到 1</translation>
    </message>
</context>
<context>
    <name>DeviceLane</name>
    <message>
        <source>Join their classes in the Model tab (Classes of this model…), or paint a few images and fine-tune.</source>
        <translation>请在“模型”选项卡中对应它们的类别（“此模型的类别…”），或绘制几张图像并微调。</translation>
    </message>
    <message>
        <source>Joining classes</source>
        <translation>正在对应类别</translation>
    </message>
    <message>
        <source>Left out, because fewer than {percent} % were right on held-out images: {names}.</source>
        <translation>略去，因为在留出图像上正确率低于 {percent} %：{names}。</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Loading torch</source>
        <translation>正在加载 torch</translation>
    </message>
    <message>
        <source>The model {name} shares no class with this project.</source>
        <translation>模型 {name} 与本项目没有共同的类别。</translation>
    </message>
    <message>
        <source>Unknown to this model: {names}. Paint, then fine-tune.</source>
        <translation>此模型不认识：{names}。请绘制，然后微调。</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Open a folder of images</source>
        <translation>打开图像文件夹</translation>
    </message>
    <message>
        <source>Open a project (the folder that holds project.json)</source>
        <translation>打开项目（含有 project.json 的文件夹）</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Close “{title}”</source>
        <translation>关闭“{title}”</translation>
    </message>
    <message>
        <source>Close “{title}”. The menu View shows it again.</source>
        <translation>关闭“{title}”。可从“视图”菜单重新显示。</translation>
    </message>
    <message>
        <source>View and model</source>
        <translation>视图和模型</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>Accept prediction</source>
        <translation>接受预测</translation>
    </message>
    <message>
        <source>Mark as done</source>
        <translation>标记为完成</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>重新打开</translation>
    </message>
</context>
<context>
    <name>Downloading</name>
    <message>
        <source>Address: {address}
Size: {size}
Folder: {folder}</source>
        <translation>地址：{address}
大小：{size}
文件夹：{folder}</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download weights</source>
        <translation>下载权重</translation>
    </message>
    <message>
        <source>The weights of this model are not on this machine.</source>
        <translation>此模型的权重不在本机上。</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>{size} MB</source>
        <translation>{size} MB</translation>
    </message>
</context>
<context>
    <name>Durations</name>
    <message>
        <source>1 minute</source>
        <translation>1 分钟</translation>
    </message>
    <message>
        <source>Coffee (10 minutes)</source>
        <translation>喝杯咖啡（10 分钟）</translation>
    </message>
    <message>
        <source>How long to train</source>
        <translation>训练时长</translation>
    </message>
    <message>
        <source>How long to train; the best state on the held-out images is kept</source>
        <translation>训练多久；保留在留出图像上最好的状态</translation>
    </message>
    <message>
        <source>Overnight (8 hours)</source>
        <translation>一整夜（8 小时）</translation>
    </message>
    <message>
        <source>{minutes} minutes</source>
        <translation>{minutes} 分钟</translation>
    </message>
</context>
<context>
    <name>EdgeRefineTool</name>
    <message>
        <source>Edge refine</source>
        <translation>边缘细化</translation>
    </message>
    <message>
        <source>Edge refine: draw along a border; under the brush it moves to the edge in the image.</source>
        <translation>边缘细化：沿边界涂画；画笔下的边界会移到图像中的边缘。</translation>
    </message>
    <message>
        <source>The border fits already.</source>
        <translation>边界已经吻合。</translation>
    </message>
</context>
<context>
    <name>EllipseTool</name>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
</context>
<context>
    <name>EmptyList</name>
    <message>
        <source>Look for images again</source>
        <translation>重新查找图像</translation>
    </message>
    <message>
        <source>No image has this name and state.</source>
        <translation>没有符合此名称和状态的图像。</translation>
    </message>
    <message>
        <source>Reading the list of images…</source>
        <translation>正在读取图像列表…</translation>
    </message>
    <message>
        <source>Show all images</source>
        <translation>显示所有图像</translation>
    </message>
    <message>
        <source>There are no images in this folder. Copy some into it, then look again.</source>
        <translation>此文件夹中没有图像。请复制一些图像到其中，然后重新查找。</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>'{1}' builds a {2}, not a Segmenter.</source>
        <translation>“{1}”构建的是 {2}，不是 Segmenter。</translation>
    </message>
    <message>
        <source>'{1}' cannot be built: {2} is {3}, not {4}.</source>
        <translation>无法构建“{1}”：{2} 为 {3}，而不是 {4}。</translation>
    </message>
    <message>
        <source>'{1}' cannot be built: {2}.</source>
        <translation>无法构建“{1}”：{2}。</translation>
    </message>
    <message>
        <source>'{1}' cannot be exported for images of any size ({2}).</source>
        <translation>“{1}”无法导出为适用于任意尺寸图像的模型（{2}）。</translation>
    </message>
    <message>
        <source>'{1}' cannot be exported for {2} x {3} pixels ({4}).</source>
        <translation>“{1}”无法导出为适用于 {2} x {3} 像素的模型（{4}）。</translation>
    </message>
    <message>
        <source>'{1}' has its own weights; --weights and --start are for a new network.</source>
        <translation>“{1}”有自己的权重；--weights 和 --start 用于新网络。</translation>
    </message>
    <message>
        <source>'{1}' has no argument '{2}'.</source>
        <translation>“{1}”没有参数“{2}”。</translation>
    </message>
    <message>
        <source>'{1}' has no builder ({2}).</source>
        <translation>“{1}”没有构建函数（{2}）。</translation>
    </message>
    <message>
        <source>'{1}' has no option '{2}'.</source>
        <translation>“{1}”没有选项“{2}”。</translation>
    </message>
    <message>
        <source>'{1}' in '{2}' is not an option.</source>
        <translation>“{2}”中的“{1}”不是选项。</translation>
    </message>
    <message>
        <source>'{1}' is a finished program, which is not exported again.</source>
        <translation>“{1}”是成品程序，不能再次导出。</translation>
    </message>
    <message>
        <source>'{1}' is both trained on and held out.</source>
        <translation>“{1}”既用于训练又被留出。</translation>
    </message>
    <message>
        <source>'{1}' is not a preset and not a file.</source>
        <translation>“{1}”既不是预设也不是文件。</translation>
    </message>
    <message>
        <source>'{1}' is not the name of a file.</source>
        <translation>“{1}”不是文件名。</translation>
    </message>
    <message>
        <source>'{1}' of {2} is not bilinear upsampling by {3}, as in the authors' networks.</source>
        <translation>{2} 的“{1}”不是原作者网络中那样的 {3} 倍双线性上采样。</translation>
    </message>
    <message>
        <source>'{1}' takes no ImageNet weights.</source>
        <translation>“{1}”不使用 ImageNet 权重。</translation>
    </message>
    <message>
        <source>'{1}' would have {2} million weights.</source>
        <translation>“{1}”将有 {2} 百万个权重。</translation>
    </message>
    <message>
        <source>'{1}…' is not an architecture: it has {2} characters.</source>
        <translation>“{1}…”不是架构：它有 {2} 个字符。</translation>
    </message>
    <message>
        <source>--crf-protect: the model has no class '{1}'.</source>
        <translation>--crf-protect：模型没有类别“{1}”。</translation>
    </message>
    <message>
        <source>--crf-{1} is given without --crf.</source>
        <translation>给出了 --crf-{1} 却没有 --crf。</translation>
    </message>
    <message>
        <source>--size is for onnx; a state dict takes images of any size.</source>
        <translation>--size 用于 onnx；state dict 适用于任意尺寸的图像。</translation>
    </message>
    <message>
        <source>--val-images and --val-labels belong together.</source>
        <translation>--val-images 和 --val-labels 须一起使用。</translation>
    </message>
    <message>
        <source>A batch of {1} crops is too small for {2} processes.</source>
        <translation>一批 {1} 个裁块对 {2} 个进程来说太少。</translation>
    </message>
    <message>
        <source>A label map is an indexed or 8-bit grey PNG.</source>
        <translation>标签图是索引 PNG 或 8 位灰度 PNG。</translation>
    </message>
    <message>
        <source>A label map is named like its image: a.jpg, a.png.</source>
        <translation>标签图与其图像同名：a.jpg、a.png。</translation>
    </message>
    <message>
        <source>A label map must be uint8 [H, W], not {1} {2}.</source>
        <translation>标签图必须是 uint8 [H, W]，而不是 {1} {2}。</translation>
    </message>
    <message>
        <source>A label map of shape {1} cannot replace one of shape {2}.</source>
        <translation>形状为 {1} 的标签图不能替换形状为 {2} 的标签图。</translation>
    </message>
    <message>
        <source>A model folder of Hugging Face needs the package transformers, which is not installed.</source>
        <translation>Hugging Face 的模型文件夹需要软件包 transformers，但它未安装。</translation>
    </message>
    <message>
        <source>A name has at most {1} bytes. Shorten the name of the image by at least {2} bytes.</source>
        <translation>名称最多 {1} 字节。请将图像名称至少缩短 {2} 字节。</translation>
    </message>
    <message>
        <source>A network cannot have {1} classes.</source>
        <translation>网络不能有 {1} 个类别。</translation>
    </message>
    <message>
        <source>A network of another library takes no ImageNet weights.</source>
        <translation>其他库的网络不使用 ImageNet 权重。</translation>
    </message>
    <message>
        <source>A person has corrected {1}.</source>
        <translation>有人修正过 {1}。</translation>
    </message>
    <message>
        <source>A project has its own images, labels and classes.</source>
        <translation>项目有自己的图像、标签和类别。</translation>
    </message>
    <message>
        <source>A step of the undo history is damaged.</source>
        <translation>撤销历史中的一步已损坏。</translation>
    </message>
    <message>
        <source>A stroke of {1} does not fit an image of {2}.</source>
        <translation>{1} 的笔画与 {2} 的图像不符。</translation>
    </message>
    <message>
        <source>Add --crf auto.</source>
        <translation>请加上 --crf auto。</translation>
    </message>
    <message>
        <source>Add classes for them, or choose what they stand for.</source>
        <translation>请为它们添加类别，或选择它们代表什么。</translation>
    </message>
    <message>
        <source>Add classes with these values to the project, or change them to 255 (ignore).</source>
        <translation>请在项目中添加具有这些值的类别，或将它们改为 255（忽略）。</translation>
    </message>
    <message>
        <source>Add classes with these values. If you paint here instead, the file is kept under another name.</source>
        <translation>请添加具有这些值的类别。如果您在此绘制，该文件会以另一名称保留。</translation>
    </message>
    <message>
        <source>Add these classes to the class list, or change the values to 255 (ignore).</source>
        <translation>请将这些类别加入类别列表，或将这些值改为 255（忽略）。</translation>
    </message>
    <message>
        <source>Add these classes, or name the value to ignore (--ignore-index).</source>
        <translation>请添加这些类别，或指定要忽略的值（--ignore-index）。</translation>
    </message>
    <message>
        <source>All 255 class values are taken.</source>
        <translation>255 个类别值都已使用。</translation>
    </message>
    <message>
        <source>An ONNX file needs the package {1}, which is not installed.</source>
        <translation>ONNX 文件需要软件包 {1}，但它未安装。</translation>
    </message>
    <message>
        <source>An argument contains a NUL character.</source>
        <translation>一个参数含有 NUL 字符。</translation>
    </message>
    <message>
        <source>An audit needs at least two corrected images, and only {1} of {2} can be read.</source>
        <translation>审查至少需要两张已修正的图像，而 {2} 张中只有 {1} 张能读取。</translation>
    </message>
    <message>
        <source>An audit needs at least two corrected images.</source>
        <translation>审查至少需要两张已修正的图像。</translation>
    </message>
    <message>
        <source>Ask who sent it; nothing was unpacked.</source>
        <translation>请询问发送者；没有解压任何内容。</translation>
    </message>
    <message>
        <source>Asking {1}</source>
        <translation>正在检查 {1}</translation>
    </message>
    <message>
        <source>Both epochs and minutes are given.</source>
        <translation>同时给出了轮数和分钟数。</translation>
    </message>
    <message>
        <source>Building {1}</source>
        <translation>正在构建 {1}</translation>
    </message>
    <message>
        <source>Check both folders.</source>
        <translation>请检查两个文件夹。</translation>
    </message>
    <message>
        <source>Check its disk and permissions.</source>
        <translation>请检查其磁盘和权限。</translation>
    </message>
    <message>
        <source>Check its permissions and its disk.</source>
        <translation>请检查其权限和磁盘。</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>请检查其权限。</translation>
    </message>
    <message>
        <source>Check that it is a UTF-8 JSON file.</source>
        <translation>请检查它是否为 UTF-8 JSON 文件。</translation>
    </message>
    <message>
        <source>Check that the disk is connected and the folder exists. The last saved state is unchanged.</source>
        <translation>请检查磁盘是否已连接、文件夹是否存在。上次保存的状态不变。</translation>
    </message>
    <message>
        <source>Check the folder.</source>
        <translation>请检查该文件夹。</translation>
    </message>
    <message>
        <source>Check the images and labels.</source>
        <translation>请检查图像和标签。</translation>
    </message>
    <message>
        <source>Check the path and its permissions.</source>
        <translation>请检查路径及其权限。</translation>
    </message>
    <message>
        <source>Check the path and that it is UTF-8 text.</source>
        <translation>请检查路径，并确认它是 UTF-8 文本。</translation>
    </message>
    <message>
        <source>Check the path, or choose another model.</source>
        <translation>请检查路径，或选择另一个模型。</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>请检查路径。</translation>
    </message>
    <message>
        <source>Choose --precision float32, or auto.</source>
        <translation>请选择 --precision float32 或 auto。</translation>
    </message>
    <message>
        <source>Choose 0 or more.</source>
        <translation>请选择 0 或更大的值。</translation>
    </message>
    <message>
        <source>Choose 1 to {1}; 32 fits its maps.</source>
        <translation>请选择 1 到 {1}；32 与其特征图相配。</translation>
    </message>
    <message>
        <source>Choose a .safetensors checkpoint made by Maskwright, or a torchvision segmentation .pth file.</source>
        <translation>请选择由 Maskwright 制作的 .safetensors 检查点，或 torchvision 分割的 .pth 文件。</translation>
    </message>
    <message>
        <source>Choose a checkpoint for these classes, or train a new one.</source>
        <translation>请为这些类别选择检查点，或训练一个新的。</translation>
    </message>
    <message>
        <source>Choose a checkpoint made by Maskwright, or a torchvision segmentation .pth file.</source>
        <translation>请选择由 Maskwright 制作的检查点，或 torchvision 分割的 .pth 文件。</translation>
    </message>
    <message>
        <source>Choose a checkpoint of this architecture, or train a new one.</source>
        <translation>请选择此架构的检查点，或训练一个新的。</translation>
    </message>
    <message>
        <source>Choose a file of at most {1}; save it again if its tensors share their memory.</source>
        <translation>请选择最大 {1} 的文件；如果其张量共享内存，请重新保存。</translation>
    </message>
    <message>
        <source>Choose a file of one volume.</source>
        <translation>请选择只含一个体数据的文件。</translation>
    </message>
    <message>
        <source>Choose a file that Maskwright packed.</source>
        <translation>请选择由 Maskwright 打包的文件。</translation>
    </message>
    <message>
        <source>Choose a folder of label maps, or a data set: {1}.</source>
        <translation>请选择标签图文件夹或数据集：{1}。</translation>
    </message>
    <message>
        <source>Choose a folder on another disk.</source>
        <translation>请选择另一磁盘上的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder that contains images.</source>
        <translation>请选择含有图像的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder that holds {1}.</source>
        <translation>请选择含有 {1} 的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder with images.</source>
        <translation>请选择含有图像的文件夹。</translation>
    </message>
    <message>
        <source>Choose a model for 1 to {1} classes.</source>
        <translation>请选择适用于 1 至 {1} 个类别的模型。</translation>
    </message>
    <message>
        <source>Choose a model that keeps the image's size (starter), or cut the image into smaller ones.</source>
        <translation>请选择保持图像尺寸的模型（starter），或将图像切成较小的图像。</translation>
    </message>
    <message>
        <source>Choose a network for RGB images.</source>
        <translation>请选择用于 RGB 图像的网络。</translation>
    </message>
    <message>
        <source>Choose a network for semantic segmentation, saved with its head.</source>
        <translation>请选择用于语义分割且连同其输出层保存的网络。</translation>
    </message>
    <message>
        <source>Choose a network of at most {1} million; in float32 they take 2 GB.</source>
        <translation>请选择最多 {1} 百万权重的网络；它们以 float32 占 2 GB。</translation>
    </message>
    <message>
        <source>Choose a network with an encoder of the library.</source>
        <translation>请选择编码器属于该库的网络。</translation>
    </message>
    <message>
        <source>Choose a new folder.</source>
        <translation>请选择一个新文件夹。</translation>
    </message>
    <message>
        <source>Choose a project folder, or a zip file with a project.</source>
        <translation>请选择项目文件夹，或包含项目的 zip 文件。</translation>
    </message>
    <message>
        <source>Choose a version that was made in this project (--version).</source>
        <translation>请选择在此项目中产生的版本（--version）。</translation>
    </message>
    <message>
        <source>Choose a whole number, 1 to 100.</source>
        <translation>请选择 1 至 100 的整数。</translation>
    </message>
    <message>
        <source>Choose an earlier checkpoint, or train again with a smaller learning rate.</source>
        <translation>请选择较早的检查点，或以较小的学习率重新训练。</translation>
    </message>
    <message>
        <source>Choose an earlier checkpoint.</source>
        <translation>请选择较早的检查点。</translation>
    </message>
    <message>
        <source>Choose annotations.xml, or the folder or zip file that holds it.</source>
        <translation>请选择 annotations.xml，或包含它的文件夹或 zip 文件。</translation>
    </message>
    <message>
        <source>Choose another export of it.</source>
        <translation>请选择它的另一个导出文件。</translation>
    </message>
    <message>
        <source>Choose another file for --out.</source>
        <translation>请为 --out 选择另一个文件。</translation>
    </message>
    <message>
        <source>Choose another file for the checkpoint.</source>
        <translation>请为检查点选择另一个文件。</translation>
    </message>
    <message>
        <source>Choose another file, or download it again.</source>
        <translation>请选择另一个文件，或重新下载。</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>请选择另一个文件。</translation>
    </message>
    <message>
        <source>Choose another folder for --out.</source>
        <translation>请为 --out 选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder for the log.</source>
        <translation>请为日志选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Choose another format.</source>
        <translation>请选择其他格式。</translation>
    </message>
    <message>
        <source>Choose another model or an earlier version; computing in float32 may help, too.</source>
        <translation>请选择另一个模型或较早的版本；用 float32 计算也可能有帮助。</translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation>请选择另一个模型。</translation>
    </message>
    <message>
        <source>Choose another name, or remove it first.</source>
        <translation>请换一个名称，或先删除它。</translation>
    </message>
    <message>
        <source>Choose another one; nothing was changed.</source>
        <translation>请另选一个；没有作任何更改。</translation>
    </message>
    <message>
        <source>Choose another value.</source>
        <translation>请选择另一个值。</translation>
    </message>
    <message>
        <source>Choose auto or cpu.</source>
        <translation>请选择 auto 或 cpu。</translation>
    </message>
    <message>
        <source>Choose auto or one of: {1}.</source>
        <translation>请选择 auto 或以下之一：{1}。</translation>
    </message>
    <message>
        <source>Choose classes of the project, or no label, for some of them.</source>
        <translation>请为其中一些选择项目中的类别或“无标签”。</translation>
    </message>
    <message>
        <source>Choose from {1}.</source>
        <translation>请从 {1} 中选择。</translation>
    </message>
    <message>
        <source>Choose larger values (30 and 5 are usual), or the fast engine.</source>
        <translation>请选择更大的值（通常为 30 和 5），或快速引擎。</translation>
    </message>
    <message>
        <source>Choose one of: {1}.</source>
        <translation>请选择以下之一：{1}。</translation>
    </message>
    <message>
        <source>Choose one of: {1}; update Maskwright, or install the package that adds it.</source>
        <translation>请选择其中之一：{1}；或更新 Maskwright，或安装提供它的软件包。</translation>
    </message>
    <message>
        <source>Choose the JSON file, or the folder that holds it.</source>
        <translation>请选择该 JSON 文件或其所在的文件夹。</translation>
    </message>
    <message>
        <source>Choose the authors' published weights, or leave this layer out.</source>
        <translation>请选择原作者发布的权重，或去掉这一层。</translation>
    </message>
    <message>
        <source>Choose the encoder and the decoder of the same network.</source>
        <translation>请选择同一网络的编码器和解码器。</translation>
    </message>
    <message>
        <source>Choose the file of a model, or a folder written by save_pretrained of transformers or segmentation_models.pytorch.</source>
        <translation>请选择模型文件，或由 transformers 或 segmentation_models.pytorch 的 save_pretrained 写出的文件夹。</translation>
    </message>
    <message>
        <source>Choose the file of a model.</source>
        <translation>请选择模型文件。</translation>
    </message>
    <message>
        <source>Choose the file of the ImageNet weights of {1}.</source>
        <translation>请选择 {1} 的 ImageNet 权重文件。</translation>
    </message>
    <message>
        <source>Choose the file that torchvision publishes for it.</source>
        <translation>请选择 torchvision 为它发布的文件。</translation>
    </message>
    <message>
        <source>Choose the folder of the data set.</source>
        <translation>请选择数据集的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder that holds data.yaml.</source>
        <translation>请选择包含 data.yaml 的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder that holds gtFine.</source>
        <translation>请选择包含 gtFine 的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder that holds meta.json.</source>
        <translation>请选择包含 meta.json 的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder that holds the Parquet files.</source>
        <translation>请选择包含 Parquet 文件的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder with panoptic_train.json and the folder of its PNG files.</source>
        <translation>请选择包含 panoptic_train.json 及其 PNG 文件夹的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder with the JSON files.</source>
        <translation>请选择包含 JSON 文件的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder with the arrays.</source>
        <translation>请选择包含数组的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder with the label maps to import.</source>
        <translation>请选择含有要导入的标签图的文件夹。</translation>
    </message>
    <message>
        <source>Choose the image encoder first, then the decoder of the same network.</source>
        <translation>请先选择图像编码器，然后选择同一网络的解码器。</translation>
    </message>
    <message>
        <source>Choose the label map.</source>
        <translation>请选择标签图。</translation>
    </message>
    <message>
        <source>Choose the state dict of one of: {1}.</source>
        <translation>请选择以下之一的 state dict：{1}。</translation>
    </message>
    <message>
        <source>Choose weights that were published for vgg16, or remove its whole classifier.</source>
        <translation>请选择为 vgg16 发布的权重，或移除其整个分类器。</translation>
    </message>
    <message>
        <source>Choose weights that were published for {1}.</source>
        <translation>请选择为 {1} 发布的权重。</translation>
    </message>
    <message>
        <source>Choose {1} or more, or the fast engine.</source>
        <translation>请选择 {1} 或更大的值，或快速引擎。</translation>
    </message>
    <message>
        <source>Choose {1} or more; 512 and above work well.</source>
        <translation>请选择 {1} 或更大的值；512 及以上效果良好。</translation>
    </message>
    <message>
        <source>Choose {1} to {2}.</source>
        <translation>请选择 {1} 至 {2}。</translation>
    </message>
    <message>
        <source>Class '{1}' has index {2}.</source>
        <translation>类别“{1}”的索引为 {2}。</translation>
    </message>
    <message>
        <source>Class values are whole numbers from 0 to 255.</source>
        <translation>类别值是 0 到 255 的整数。</translation>
    </message>
    <message>
        <source>Click to segment needs the package onnxruntime, which is not installed.</source>
        <translation>点击分割需要 onnxruntime 包，但它未安装。</translation>
    </message>
    <message>
        <source>Close it there, or open the project read-only.</source>
        <translation>请在那里关闭它，或以只读方式打开项目。</translation>
    </message>
    <message>
        <source>Close other programs that use it and try again.</source>
        <translation>请关闭使用它的其他程序，然后重试。</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model, or cut the image into smaller ones.</source>
        <translation>请关闭其他程序，选择较小的模型，或将图像切成较小的图像。</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller model such as the starter.</source>
        <translation>请关闭其他程序，或选择较小的模型，例如 starter。</translation>
    </message>
    <message>
        <source>Close other programs, or choose the fast engine on the CPU.</source>
        <translation>请关闭其他程序，或选择在 CPU 上运行的快速引擎。</translation>
    </message>
    <message>
        <source>Comparing with onnxruntime</source>
        <translation>正在与 onnxruntime 比较</translation>
    </message>
    <message>
        <source>Convert it to a single .nii.gz file.</source>
        <translation>请将其转换为单个 .nii.gz 文件。</translation>
    </message>
    <message>
        <source>Convert to onnx instead. torchvision has: {1}.</source>
        <translation>请改为转换成 onnx。torchvision 有：{1}。</translation>
    </message>
    <message>
        <source>Copy it again from its source, or choose an earlier checkpoint.</source>
        <translation>请从其来源重新复制，或选择较早的检查点。</translation>
    </message>
    <message>
        <source>Copy it again from its source, or choose another checkpoint.</source>
        <translation>请从其来源重新复制，或选择另一个检查点。</translation>
    </message>
    <message>
        <source>Copy it again from its source, or choose another file.</source>
        <translation>请从其来源重新复制，或选择另一个文件。</translation>
    </message>
    <message>
        <source>Copy it again from its source, or save the caffemodel's arrays again with numpy.savez.</source>
        <translation>请从其来源重新复制，或用 numpy.savez 重新保存 caffemodel 的数组。</translation>
    </message>
    <message>
        <source>Copy it again from its source.</source>
        <translation>请从其来源重新复制。</translation>
    </message>
    <message>
        <source>Copy it again; 2 GB is the most.</source>
        <translation>请重新复制；最大 2 GB。</translation>
    </message>
    <message>
        <source>Copy the checkpoint again, or train a new one.</source>
        <translation>请重新复制检查点，或训练一个新的。</translation>
    </message>
    <message>
        <source>Correct at least one image first.</source>
        <translation>请先修正至少一张图像。</translation>
    </message>
    <message>
        <source>Correct one more image first.</source>
        <translation>请先再修正一张图像。</translation>
    </message>
    <message>
        <source>Cut it into images of at most {1} megapixels, or save it as an ordinary 8-bit PNG.</source>
        <translation>请将它切成最多 {1} 百万像素的图像，或保存为普通的 8 位 PNG。</translation>
    </message>
    <message>
        <source>Cut it into smaller files.</source>
        <translation>请将其切分为更小的文件。</translation>
    </message>
    <message>
        <source>Cut it into smaller images to see its channels.</source>
        <translation>请将其切成较小的图像以查看其通道。</translation>
    </message>
    <message>
        <source>Cut it into smaller images.</source>
        <translation>请将它切成较小的图像。</translation>
    </message>
    <message>
        <source>Deciding the image</source>
        <translation>正在判定图像</translation>
    </message>
    <message>
        <source>Download the standalone build again, and install it in place of this one.</source>
        <translation>请重新下载独立版本，并安装以替换当前版本。</translation>
    </message>
    <message>
        <source>Downloading {1}</source>
        <translation>正在下载 {1}</translation>
    </message>
    <message>
        <source>Drawing {1}</source>
        <translation>正在绘制 {1}</translation>
    </message>
    <message>
        <source>Each line must be name:r,g,b::</source>
        <translation>每行必须为 name:r,g,b::</translation>
    </message>
    <message>
        <source>Each line must be: red green blue name.</source>
        <translation>每行必须为：红 绿 蓝 名称。</translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation>正在放大</translation>
    </message>
    <message>
        <source>Evaluating {1}</source>
        <translation>正在评估 {1}</translation>
    </message>
    <message>
        <source>Expected [["model class", 0], ["another", null]]; remove it to join the classes by name again.</source>
        <translation>应为 [["model class", 0], ["another", null]]；移除它即可重新按名称对应类别。</translation>
    </message>
    <message>
        <source>Expected [{"index": 0, "name": "road", "color": "#804080"}].</source>
        <translation>应为 [{"index": 0, "name": "road", "color": "#804080"}]。</translation>
    </message>
    <message>
        <source>Export it again or choose another folder.</source>
        <translation>请重新导出，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Export it again, with the operations of ONNX alone.</source>
        <translation>请只用 ONNX 的运算重新导出。</translation>
    </message>
    <message>
        <source>Export it for one size: --size HEIGHTxWIDTH.</source>
        <translation>请为一种尺寸导出：--size HEIGHTxWIDTH。</translation>
    </message>
    <message>
        <source>Export it from CVAT again.</source>
        <translation>请从 CVAT 重新导出。</translation>
    </message>
    <message>
        <source>Export it without volumes.</source>
        <translation>请在不使用体数据的情况下导出。</translation>
    </message>
    <message>
        <source>Export its outlines, too.</source>
        <translation>请同时导出它的轮廓。</translation>
    </message>
    <message>
        <source>Export the data set again.</source>
        <translation>请重新导出数据集。</translation>
    </message>
    <message>
        <source>Export the network as ONNX instead.</source>
        <translation>请改为将网络导出为 ONNX。</translation>
    </message>
    <message>
        <source>Export the project as JSON.</source>
        <translation>请将项目导出为 JSON。</translation>
    </message>
    <message>
        <source>Export the project from Supervisely again.</source>
        <translation>请从 Supervisely 重新导出项目。</translation>
    </message>
    <message>
        <source>Export without copies of the images.</source>
        <translation>请在不复制图像的情况下导出。</translation>
    </message>
    <message>
        <source>Fine-tune a model first.</source>
        <translation>请先微调一个模型。</translation>
    </message>
    <message>
        <source>Free some space on this disk and save again. The last saved state is unchanged.</source>
        <translation>请释放此磁盘的一些空间，然后重新保存。上次保存的状态不变。</translation>
    </message>
    <message>
        <source>Free some space, or merge without copying images.</source>
        <translation>请腾出一些空间，或合并时不复制图像。</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>请腾出一些空间。</translation>
    </message>
    <message>
        <source>Give --out such a name.</source>
        <translation>请给 --out 这样的名称。</translation>
    </message>
    <message>
        <source>Give --out the path of a file.</source>
        <translation>请给 --out 一个文件路径。</translation>
    </message>
    <message>
        <source>Give 1 to {1} classes.</source>
        <translation>请给出 1 至 {1} 个类别。</translation>
    </message>
    <message>
        <source>Give a number of minutes or epochs above 0.</source>
        <translation>请给出大于 0 的分钟数或轮数。</translation>
    </message>
    <message>
        <source>Give a project, or --images, --labels and --classes.</source>
        <translation>请给出一个项目，或 --images、--labels 和 --classes。</translation>
    </message>
    <message>
        <source>Give a project, or --images, --labels and --model.</source>
        <translation>请给出一个项目，或 --images、--labels 和 --model。</translation>
    </message>
    <message>
        <source>Give both or neither.</source>
        <translation>请两者都给出或都不给出。</translation>
    </message>
    <message>
        <source>Give every machine the same files under the same path.</source>
        <translation>请让每台计算机在同一路径下有同样的文件。</translation>
    </message>
    <message>
        <source>Give height and width, or shortest_edge, as size in its preprocessor_config.json.</source>
        <translation>请在其 preprocessor_config.json 中将 size 写为 height 和 width，或 shortest_edge。</translation>
    </message>
    <message>
        <source>Give it a name.</source>
        <translation>请给它一个名称。</translation>
    </message>
    <message>
        <source>Give it alone.</source>
        <translation>请单独给出。</translation>
    </message>
    <message>
        <source>Give it another name.</source>
        <translation>请给它另一个名称。</translation>
    </message>
    <message>
        <source>Give numbers from {1} to {2}, such as 0.75,1,1.25.</source>
        <translation>请给出 {1} 至 {2} 的数，例如 0.75,1,1.25。</translation>
    </message>
    <message>
        <source>Give one of them.</source>
        <translation>请给出其中之一。</translation>
    </message>
    <message>
        <source>Give one project, or only images and folders.</source>
        <translation>请给出一个项目，或只给出图像和文件夹。</translation>
    </message>
    <message>
        <source>Give the file for the checkpoint.</source>
        <translation>请给出检查点的文件。</translation>
    </message>
    <message>
        <source>Give the path of a checkpoint, or one of: {1}.</source>
        <translation>请给出检查点的路径，或以下之一：{1}。</translation>
    </message>
    <message>
        <source>Give the path of a file of weights.</source>
        <translation>请给出权重文件的路径。</translation>
    </message>
    <message>
        <source>Give the same arguments as then. {1}</source>
        <translation>请给出与当时相同的参数。{1}</translation>
    </message>
    <message>
        <source>Give their file with --weights, or put it as {1} into {2}; --weights none starts without.</source>
        <translation>请用 --weights 给出它们的文件，或将它作为 {1} 放入 {2}；--weights none 则从头开始。</translation>
    </message>
    <message>
        <source>Go online and try again, or download {1} from {2} elsewhere and copy it to {3}.</source>
        <translation>请联网后重试，或在别处从 {2} 下载 {1} 并复制到 {3}。</translation>
    </message>
    <message>
        <source>Hugging Face data sets need the package pyarrow.</source>
        <translation>Hugging Face 数据集需要 pyarrow 包。</translation>
    </message>
    <message>
        <source>If the network takes one size only, export it again with this size in its input's shape.</source>
        <translation>如果网络只接受一种尺寸，请在其输入形状中写明此尺寸并重新导出。</translation>
    </message>
    <message>
        <source>If you paint here, these labels are kept under another name, and come back when the image has their size.</source>
        <translation>如果您在此绘制，这些标签会以另一名称保留，图像恢复其尺寸时会重新出现。</translation>
    </message>
    <message>
        <source>If you trust it, unpack it yourself and import the folder.</source>
        <translation>如果您信任它，请自行解压并导入该文件夹。</translation>
    </message>
    <message>
        <source>Import the model again from its own file or folder.</source>
        <translation>请从模型自己的文件或文件夹重新导入。</translation>
    </message>
    <message>
        <source>Install Maskwright again, or train the starter and give the path of its checkpoint.</source>
        <translation>请重新安装 Maskwright，或训练 starter 并给出其检查点的路径。</translation>
    </message>
    <message>
        <source>Install Maskwright again.</source>
        <translation>请重新安装 Maskwright。</translation>
    </message>
    <message>
        <source>Install it: pip install "maskwright[{1}]", or pip install {2}.</source>
        <translation>请安装：pip install "maskwright[{1}]"，或 pip install {2}。</translation>
    </message>
    <message>
        <source>Install {1}, or save the arrays as .npz with numpy.savez.</source>
        <translation>请安装 {1}，或用 numpy.savez 将数组保存为 .npz。</translation>
    </message>
    <message>
        <source>It has no options.</source>
        <translation>它没有选项。</translation>
    </message>
    <message>
        <source>It is no program of torch.export with one image and one output ({1}: {2}).</source>
        <translation>它不是具有一个图像输入和一个输出的 torch.export 程序（{1}：{2}）。</translation>
    </message>
    <message>
        <source>It may be truncated: export it again.</source>
        <translation>文件可能不完整：请重新导出。</translation>
    </message>
    <message>
        <source>It may be truncated; copy it again or convert it.</source>
        <translation>它可能被截断；请重新复制或转换。</translation>
    </message>
    <message>
        <source>It must have a column called annotation.</source>
        <translation>它必须有名为 annotation 的列。</translation>
    </message>
    <message>
        <source>It must have a list called names.</source>
        <translation>文件必须包含名为 names 的列表。</translation>
    </message>
    <message>
        <source>It must have a list of categories.</source>
        <translation>文件必须包含类别列表（categories）。</translation>
    </message>
    <message>
        <source>It must hold an object with {1}.</source>
        <translation>它必须含有一个具有 {1} 的对象。</translation>
    </message>
    <message>
        <source>It needs an 8-bit RGB image.</source>
        <translation>它需要 8 位 RGB 图像。</translation>
    </message>
    <message>
        <source>It takes 8-bit RGB images.</source>
        <translation>它接受 8 位 RGB 图像。</translation>
    </message>
    <message>
        <source>It takes images of {1} channels.</source>
        <translation>它接受 {1} 个通道的图像。</translation>
    </message>
    <message>
        <source>It uses the operation '{1}', which is not computed.</source>
        <translation>它使用的运算“{1}”不会被计算。</translation>
    </message>
    <message>
        <source>It was too short for a state: start it again.</source>
        <translation>训练太短，没有保存状态：请重新开始。</translation>
    </message>
    <message>
        <source>Its backbone '{1}' is only named, not described (backbone_config is missing).</source>
        <translation>其主干“{1}”只有名称而没有说明（缺少 backbone_config）。</translation>
    </message>
    <message>
        <source>Its classes are {1}.</source>
        <translation>它的类别是 {1}。</translation>
    </message>
    <message>
        <source>Its columns must be Idx and Name, with tabs.</source>
        <translation>其列必须是 Idx 和 Name，以制表符分隔。</translation>
    </message>
    <message>
        <source>Its file may be damaged: get it again, or choose another model.</source>
        <translation>其文件可能已损坏：请重新获取，或选择其他模型。</translation>
    </message>
    <message>
        <source>Its lines must be: pixel value, class.</source>
        <translation>各行必须为：像素值, 类别。</translation>
    </message>
    <message>
        <source>Its options are: {1}.</source>
        <translation>它的选项是：{1}。</translation>
    </message>
    <message>
        <source>Its own message says why; otherwise check the network between the machines.</source>
        <translation>它自己的消息说明原因；否则请检查各计算机之间的网络。</translation>
    </message>
    <message>
        <source>Its provenance is damaged.</source>
        <translation>它的来源记录已损坏。</translation>
    </message>
    <message>
        <source>Label a second class.</source>
        <translation>请标注第二个类别。</translation>
    </message>
    <message>
        <source>Labels are {1}, their provenance {2}.</source>
        <translation>标签为 {1}，其来源记录为 {2}。</translation>
    </message>
    <message>
        <source>Learning from 1 image</source>
        <translation>正在从 1 张图像学习</translation>
    </message>
    <message>
        <source>Learning from the image</source>
        <translation>正在从此图像学习</translation>
    </message>
    <message>
        <source>Learning from {1} images</source>
        <translation>正在从 {1} 张图像学习</translation>
    </message>
    <message>
        <source>Leave --weights out.</source>
        <translation>请省略 --weights。</translation>
    </message>
    <message>
        <source>Leave images for training.</source>
        <translation>请为训练保留图像。</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>请去掉它。</translation>
    </message>
    <message>
        <source>Leave out --images, --labels and --classes.</source>
        <translation>请去掉 --images、--labels 和 --classes。</translation>
    </message>
    <message>
        <source>Leave them out, or choose an architecture (see `maskwright models`).</source>
        <translation>请去掉它们，或选择一种架构（见 `maskwright models`）。</translation>
    </message>
    <message>
        <source>Live starts afresh, and learns again from each image that is opened.</source>
        <translation>“实时”重新开始，并从每张打开的图像重新学习。</translation>
    </message>
    <message>
        <source>Load this image again.</source>
        <translation>请重新加载此图像。</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Loading the network</source>
        <translation>正在加载网络</translation>
    </message>
    <message>
        <source>Loading {1}</source>
        <translation>正在加载 {1}</translation>
    </message>
    <message>
        <source>Looking at the image</source>
        <translation>正在查看图像</translation>
    </message>
    <message>
        <source>Make each unique.</source>
        <translation>请使每个都唯一。</translation>
    </message>
    <message>
        <source>Make the folder writable or choose another one. The last saved state is unchanged.</source>
        <translation>请使该文件夹可写，或选择另一个。上次保存的状态不变。</translation>
    </message>
    <message>
        <source>Mark one, or learn from all of them.</source>
        <translation>请标记一张，或从全部图像学习。</translation>
    </message>
    <message>
        <source>Maskwright needs one input, RGB [N, 3, H, W] or [N, H, W, 3], float32, float16 or uint8.</source>
        <translation>Maskwright 需要一个输入：RGB [N, 3, H, W] 或 [N, H, W, 3]，float32、float16 或 uint8。</translation>
    </message>
    <message>
        <source>Maskwright needs scores [N, C, h, w] or label values [N, H, W].</source>
        <translation>Maskwright 需要分数 [N, C, h, w] 或标签值 [N, H, W]。</translation>
    </message>
    <message>
        <source>Maskwright reads only plain state dicts: save it again with torch.save(model.state_dict(), path).</source>
        <translation>Maskwright 只读取普通的 state dict：请用 torch.save(model.state_dict(), path) 重新保存。</translation>
    </message>
    <message>
        <source>Mean and std are of pixels (0-255) times the scale.</source>
        <translation>均值和标准差针对乘以 scale 后的像素（0-255）。</translation>
    </message>
    <message>
        <source>Measuring on held-out pixels</source>
        <translation>正在留出像素上评估</translation>
    </message>
    <message>
        <source>Measuring the model before training</source>
        <translation>正在评估训练前的模型</translation>
    </message>
    <message>
        <source>Mend it, for example: {1}</source>
        <translation>请修正，例如：{1}</translation>
    </message>
    <message>
        <source>Mend it, or get it again.</source>
        <translation>请修正或重新获取。</translation>
    </message>
    <message>
        <source>Mend or remove the package.</source>
        <translation>请修正或移除该软件包。</translation>
    </message>
    <message>
        <source>Name another project.</source>
        <translation>请指定另一个项目。</translation>
    </message>
    <message>
        <source>Name at least one class.</source>
        <translation>请至少指定一个类别。</translation>
    </message>
    <message>
        <source>Name it by its path in the image folder.</source>
        <translation>请用它在图像文件夹中的路径指定它。</translation>
    </message>
    <message>
        <source>Name one class a channel, in their order.</source>
        <translation>请按顺序为每个通道命名一个类别。</translation>
    </message>
    <message>
        <source>Name the classes of all values, from 0 on, in their order.</source>
        <translation>请从 0 开始按顺序为所有数值的类别命名。</translation>
    </message>
    <message>
        <source>No corrected image of this project has a prediction.</source>
        <translation>本项目已修正的图像都没有预测。</translation>
    </message>
    <message>
        <source>No corrected image of {1} can be read: {2}</source>
        <translation>{1} 中已修正的图像都无法读取：{2}</translation>
    </message>
    <message>
        <source>No corrected images are given.</source>
        <translation>没有给出已修正的图像。</translation>
    </message>
    <message>
        <source>No image can be read together with its label map.</source>
        <translation>没有图像能与其标签图一起读取。</translation>
    </message>
    <message>
        <source>No image in {1} has a label map in {2}.</source>
        <translation>{1} 中没有图像在 {2} 中有标签图。</translation>
    </message>
    <message>
        <source>No image of this project is corrected yet.</source>
        <translation>本项目尚无已修正的图像。</translation>
    </message>
    <message>
        <source>No image of {1} is corrected yet.</source>
        <translation>{1} 尚无已修正的图像。</translation>
    </message>
    <message>
        <source>No image of {1} is marked as done.</source>
        <translation>{1} 中没有标记为完成的图像。</translation>
    </message>
    <message>
        <source>No labels in {1} are named like an image of this project.</source>
        <translation>{1} 中没有与本项目图像同名的标签。</translation>
    </message>
    <message>
        <source>No pixel of the training images has a label that counts.</source>
        <translation>训练图像中没有任何像素具有可计入的标签。</translation>
    </message>
    <message>
        <source>None of the images that {1} was measured on is corrected in the project {2}.</source>
        <translation>{1} 评估时所用的图像在项目 {2} 中都未修正。</translation>
    </message>
    <message>
        <source>Not enough memory; refining in smaller tiles</source>
        <translation>内存不足；正在以较小的图块细化</translation>
    </message>
    <message>
        <source>Number the classes from 0 to 254.</source>
        <translation>请用 0 到 254 为类别编号。</translation>
    </message>
    <message>
        <source>ONNX export needs the package {1}, which is not installed.</source>
        <translation>ONNX 导出需要 {1} 包，但它未安装。</translation>
    </message>
    <message>
        <source>Only untouched images are labelled; leave it out.</source>
        <translation>只标注未处理过的图像；请去掉它。</translation>
    </message>
    <message>
        <source>Open a folder of images.</source>
        <translation>请打开一个图像文件夹。</translation>
    </message>
    <message>
        <source>Open it to see it.</source>
        <translation>打开它即可查看。</translation>
    </message>
    <message>
        <source>Open it where it can be written.</source>
        <translation>请在可以写入之处打开它。</translation>
    </message>
    <message>
        <source>Open it, or choose another folder.</source>
        <translation>请打开它，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Open one first.</source>
        <translation>请先打开一个。</translation>
    </message>
    <message>
        <source>Open the folder of images, then drop the labels onto the window.</source>
        <translation>请先打开图像文件夹，然后将标签拖放到窗口上。</translation>
    </message>
    <message>
        <source>Open the folder of images.</source>
        <translation>请打开图像文件夹。</translation>
    </message>
    <message>
        <source>Pack the project again. Nothing was written.</source>
        <translation>请重新打包该项目。没有写入任何内容。</translation>
    </message>
    <message>
        <source>Paint or confirm labels in more images.</source>
        <translation>请在更多图像中绘制或确认标签。</translation>
    </message>
    <message>
        <source>Paint or confirm some pixels first.</source>
        <translation>请先绘制或确认一些像素。</translation>
    </message>
    <message>
        <source>Parameters are {1}.</source>
        <translation>参数有 {1}。</translation>
    </message>
    <message>
        <source>Passed over: {1}</source>
        <translation>已跳过：{1}</translation>
    </message>
    <message>
        <source>Predict again.</source>
        <translation>请重新预测。</translation>
    </message>
    <message>
        <source>Predict the corrected images first.</source>
        <translation>请先预测已修正的图像。</translation>
    </message>
    <message>
        <source>Predict them in two calls, into two folders.</source>
        <translation>请分两次预测到两个文件夹。</translation>
    </message>
    <message>
        <source>Predict this image again.</source>
        <translation>请重新预测此图像。</translation>
    </message>
    <message>
        <source>Predicting</source>
        <translation>正在预测</translation>
    </message>
    <message>
        <source>Predicting the watched images</source>
        <translation>正在预测受关注的图像</translation>
    </message>
    <message>
        <source>Predicting, about {1} left</source>
        <translation>正在预测，约剩 {1}</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>Preparing the image</source>
        <translation>正在准备图像</translation>
    </message>
    <message>
        <source>Presets are {1}.</source>
        <translation>预设有 {1}。</translation>
    </message>
    <message>
        <source>Process {1} of {2} cannot go on: another one has ended, or cannot be reached.</source>
        <translation>{2} 个进程中的第 {1} 个无法继续：另一个已结束，或无法连接。</translation>
    </message>
    <message>
        <source>Process {1} of {2} ran out of memory with a share of {3} crops.</source>
        <translation>{2} 个进程中的第 {1} 个在处理 {3} 个裁块时内存不足。</translation>
    </message>
    <message>
        <source>Put both files into one folder.</source>
        <translation>请把两个文件放在同一文件夹。</translation>
    </message>
    <message>
        <source>Put it back, or rescan the folder.</source>
        <translation>请将它放回，或重新扫描文件夹。</translation>
    </message>
    <message>
        <source>Put the file there, or choose another: {1}</source>
        <translation>请将文件放到那里，或选择另一个：{1}</translation>
    </message>
    <message>
        <source>Put the images back into their folder.</source>
        <translation>请将图像放回其文件夹。</translation>
    </message>
    <message>
        <source>Read {1}</source>
        <translation>正在读取 {1}</translation>
    </message>
    <message>
        <source>Reading the corrected labels</source>
        <translation>正在读取已修正的标签</translation>
    </message>
    <message>
        <source>Reading the images, {1} of {2}</source>
        <translation>正在读取图像，第 {1} 张，共 {2} 张</translation>
    </message>
    <message>
        <source>Reading {1}</source>
        <translation>正在读取 {1}</translation>
    </message>
    <message>
        <source>Refining</source>
        <translation>正在细化</translation>
    </message>
    <message>
        <source>Remove a class first.</source>
        <translation>请先移除一个类别。</translation>
    </message>
    <message>
        <source>Remove it.</source>
        <translation>请移除它。</translation>
    </message>
    <message>
        <source>Remove this line, or export the data set again.</source>
        <translation>请移除这一行，或重新导出数据集。</translation>
    </message>
    <message>
        <source>Rename one of the images.</source>
        <translation>请重命名其中一张图像。</translation>
    </message>
    <message>
        <source>Repair it or use one name a line.</source>
        <translation>请修复它，或每行使用一个名称。</translation>
    </message>
    <message>
        <source>Replace the link by a folder, or move the whole project there.</source>
        <translation>请将链接换成文件夹，或将整个项目移到那里。</translation>
    </message>
    <message>
        <source>Rescan the folder.</source>
        <translation>请重新扫描文件夹。</translation>
    </message>
    <message>
        <source>Restore it from a copy.</source>
        <translation>请从副本恢复它。</translation>
    </message>
    <message>
        <source>Restore it from a copy; the image counts as unlabelled.</source>
        <translation>请从副本恢复它；该图像算作未标注。</translation>
    </message>
    <message>
        <source>Restore {1} from a copy. If you paint here instead, the damaged file is kept under another name.</source>
        <translation>请从副本恢复 {1}。如果您在此绘制，损坏的文件会以另一名称保留。</translation>
    </message>
    <message>
        <source>Run `maskwright demo --headless OUT` instead.</source>
        <translation>请改为运行 `maskwright demo --headless OUT`。</translation>
    </message>
    <message>
        <source>Run: {1} -m pip {2}</source>
        <translation>请运行：{1} -m pip {2}</translation>
    </message>
    <message>
        <source>Save every layer of the authors' caffemodel under its name, such as 'conv1_1/weight' and 'conv1_1/bias'.</source>
        <translation>请将原作者 caffemodel 的每一层以其名称保存，例如 'conv1_1/weight' 和 'conv1_1/bias'。</translation>
    </message>
    <message>
        <source>Save it again with torch.save(model.state_dict(), path).</source>
        <translation>请用 torch.save(model.state_dict(), path) 重新保存。</translation>
    </message>
    <message>
        <source>Save it again.</source>
        <translation>请重新保存。</translation>
    </message>
    <message>
        <source>Save it again: model.save_pretrained(folder).</source>
        <translation>请重新保存：model.save_pretrained(folder)。</translation>
    </message>
    <message>
        <source>Save it as an array of whole numbers.</source>
        <translation>请将其保存为整数数组。</translation>
    </message>
    <message>
        <source>Save it as indexed or 8-bit PNG.</source>
        <translation>请保存为索引 PNG 或 8 位 PNG。</translation>
    </message>
    <message>
        <source>Save it with 8-bit values.</source>
        <translation>请将其保存为 8 位值。</translation>
    </message>
    <message>
        <source>Save it with a backbone of transformers itself.</source>
        <translation>请用 transformers 自己的主干保存。</translation>
    </message>
    <message>
        <source>Save it with one class value for each pixel.</source>
        <translation>请以每个像素一个类别值的形式保存。</translation>
    </message>
    <message>
        <source>Save the annotations as indexed or grey PNG.</source>
        <translation>请将标注保存为索引或灰度 PNG。</translation>
    </message>
    <message>
        <source>Save the caffemodel's arrays with numpy.savez.</source>
        <translation>请用 numpy.savez 保存 caffemodel 的数组。</translation>
    </message>
    <message>
        <source>Save the image processor again: processor.save_pretrained(folder).</source>
        <translation>请重新保存图像处理器：processor.save_pretrained(folder)。</translation>
    </message>
    <message>
        <source>Save the model again: model.save_pretrained(folder, safe_serialization=True).</source>
        <translation>请重新保存模型：model.save_pretrained(folder, safe_serialization=True)。</translation>
    </message>
    <message>
        <source>Save to another folder.</source>
        <translation>请保存到另一文件夹。</translation>
    </message>
    <message>
        <source>Save what is not saved to another folder, then open the project again.</source>
        <translation>请将未保存的内容保存到另一文件夹，然后重新打开项目。</translation>
    </message>
    <message>
        <source>Save whole numbers, height by width.</source>
        <translation>请保存为整数数组（高 × 宽）。</translation>
    </message>
    <message>
        <source>See docs/extending.md.</source>
        <translation>请参阅 docs/extending.md。</translation>
    </message>
    <message>
        <source>Start Live afresh.</source>
        <translation>请重新开始“实时”。</translation>
    </message>
    <message>
        <source>Start anew without --resume, or remove {1}.</source>
        <translation>请不用 --resume 重新开始，或移除 {1}。</translation>
    </message>
    <message>
        <source>Start at most {1}, or choose a recipe with larger batches.</source>
        <translation>请最多启动 {1} 个，或选择批次更大的方案。</translation>
    </message>
    <message>
        <source>Start from a checkpoint of the same family.</source>
        <translation>请从同一系列的检查点开始。</translation>
    </message>
    <message>
        <source>Start it as --array=1-N, or give each task --shard I/N.</source>
        <translation>请以 --array=1-N 启动，或为每个任务指定 --shard I/N。</translation>
    </message>
    <message>
        <source>Start more processes, or choose a recipe with smaller batches.</source>
        <translation>请启动更多进程，或选择批次更小的方案。</translation>
    </message>
    <message>
        <source>Start without --resume.</source>
        <translation>请不用 --resume 启动。</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Switch that off, or download {1} from {2} elsewhere and copy it to {3}.</source>
        <translation>请关闭该设置，或在别处从 {2} 下载 {1}，并将其复制到 {3}。</translation>
    </message>
    <message>
        <source>Take it over.</source>
        <translation>请接管它。</translation>
    </message>
    <message>
        <source>TensorBoard is not installed, which --log writes for.</source>
        <translation>未安装 --log 所需的 TensorBoard。</translation>
    </message>
    <message>
        <source>The CRF failed ({1}).</source>
        <translation>CRF 失败（{1}）。</translation>
    </message>
    <message>
        <source>The CRF got an image of shape {1}, {2}.</source>
        <translation>CRF 收到形状为 {1}、类型为 {2} 的图像。</translation>
    </message>
    <message>
        <source>The CRF got probabilities of shape {1} for an image of shape {2}.</source>
        <translation>CRF 收到形状为 {1} 的概率，而图像的形状为 {2}。</translation>
    </message>
    <message>
        <source>The CRF got probabilities of type {1}.</source>
        <translation>CRF 收到类型为 {1} 的概率。</translation>
    </message>
    <message>
        <source>The CRF got probabilities that are negative or not finite.</source>
        <translation>CRF 收到的概率含有负值或非有限值。</translation>
    </message>
    <message>
        <source>The CRF has no engine '{1}'.</source>
        <translation>CRF 没有引擎“{1}”。</translation>
    </message>
    <message>
        <source>The CRF's iterations are {1}.</source>
        <translation>CRF 的迭代次数为 {1}。</translation>
    </message>
    <message>
        <source>The CRF's theta_alpha {1} and theta_beta {2} are too small for an image of {3} x {4} pixels.</source>
        <translation>CRF 的 theta_alpha {1} 和 theta_beta {2} 对 {3} x {4} 像素的图像来说太小。</translation>
    </message>
    <message>
        <source>The CRF's theta_gamma {1} is too small for an image of {2} x {3} pixels.</source>
        <translation>CRF 的 theta_gamma {1} 对 {2} x {3} 像素的图像来说太小。</translation>
    </message>
    <message>
        <source>The CRF's {1} is {2}, not a number.</source>
        <translation>CRF 的 {1} 为 {2}，不是数。</translation>
    </message>
    <message>
        <source>The CRF's {1} is {2}.</source>
        <translation>CRF 的 {1} 为 {2}。</translation>
    </message>
    <message>
        <source>The ImageNet weights do not fit vgg16: '{1}' should have shape {2}.</source>
        <translation>ImageNet 权重与 vgg16 不符：“{1}”的形状应为 {2}。</translation>
    </message>
    <message>
        <source>The ImageNet weights do not fit {1}: '{2}' {3}.</source>
        <translation>ImageNet 权重与 {1} 不符：“{2}”{3}。</translation>
    </message>
    <message>
        <source>The ImageNet weights of EfficientNet-Lite0 do not fit ({1}).</source>
        <translation>EfficientNet-Lite0 的 ImageNet 权重不符（{1}）。</translation>
    </message>
    <message>
        <source>The ImageNet weights of {1} ({2}) are not installed.</source>
        <translation>{1} 的 ImageNet 权重（{2}）未安装。</translation>
    </message>
    <message>
        <source>The ImageNet weights of {1} are not on this machine and have no known download address.</source>
        <translation>{1} 的 ImageNet 权重不在本机上，也没有已知的下载地址。</translation>
    </message>
    <message>
        <source>The architecture '{1}' is unknown.</source>
        <translation>架构“{1}”未知。</translation>
    </message>
    <message>
        <source>The bundled checkpoint {1} is missing in this installation.</source>
        <translation>此安装中缺少内置检查点 {1}。</translation>
    </message>
    <message>
        <source>The checkpoint's preprocessing cannot be read ({1}).</source>
        <translation>无法读取检查点的预处理（{1}）。</translation>
    </message>
    <message>
        <source>The class '{1}' never occurs in the training images: it cannot be learned.</source>
        <translation>类别“{1}”在训练图像中从未出现，无法学习。</translation>
    </message>
    <message>
        <source>The class list cannot be read ({1}).</source>
        <translation>无法读取类别列表（{1}）。</translation>
    </message>
    <message>
        <source>The class list is empty.</source>
        <translation>类别列表为空。</translation>
    </message>
    <message>
        <source>The class mapping cannot be read ({1}).</source>
        <translation>无法读取类别对应（{1}）。</translation>
    </message>
    <message>
        <source>The class name {1} is not valid text.</source>
        <translation>类别名称 {1} 不是有效文本。</translation>
    </message>
    <message>
        <source>The class with index {1} has no name.</source>
        <translation>索引为 {1} 的类别没有名称。</translation>
    </message>
    <message>
        <source>The configuration of a network '{1}' is missing or damaged.</source>
        <translation>网络“{1}”的配置缺失或损坏。</translation>
    </message>
    <message>
        <source>The configuration of a network '{1}' is no object.</source>
        <translation>网络“{1}”的配置不是对象。</translation>
    </message>
    <message>
        <source>The corrected pixels are of one class only, so none can look like another.</source>
        <translation>已修正的像素只属于一个类别，因此没有像素会像另一类别。</translation>
    </message>
    <message>
        <source>The decoder gives {1} masks and {2} scores.</source>
        <translation>解码器给出 {1} 个掩膜和 {2} 个得分。</translation>
    </message>
    <message>
        <source>The decoder wants {1}, which this encoder does not give.</source>
        <translation>解码器需要 {1}，而此编码器不提供。</translation>
    </message>
    <message>
        <source>The encoder '{1}' is an address.</source>
        <translation>编码器“{1}”是一个地址。</translation>
    </message>
    <message>
        <source>The exact CRF engine needs the package pydensecrf2.</source>
        <translation>精确 CRF 引擎需要 pydensecrf2 包。</translation>
    </message>
    <message>
        <source>The features of this image are those of another network.</source>
        <translation>此图像的特征来自另一个网络。</translation>
    </message>
    <message>
        <source>The format '{1}' can only be imported.</source>
        <translation>格式“{1}”只能导入。</translation>
    </message>
    <message>
        <source>The header of {1} is damaged ({2}).</source>
        <translation>{1} 的文件头已损坏（{2}）。</translation>
    </message>
    <message>
        <source>The image folder {1} does not exist.</source>
        <translation>图像文件夹 {1} 不存在。</translation>
    </message>
    <message>
        <source>The image is {1}, its labels {2}, their provenance {3}.</source>
        <translation>图像为 {1}，其标签为 {2}，其来源记录为 {3}。</translation>
    </message>
    <message>
        <source>The images need {1} GB, and {2} GB are free on the disk of {3}.</source>
        <translation>图像需要 {1} GB，而 {3} 所在的磁盘只有 {2} GB 可用。</translation>
    </message>
    <message>
        <source>The index of {1} cannot be opened ({2}).</source>
        <translation>无法打开 {1} 的索引（{2}）。</translation>
    </message>
    <message>
        <source>The labels are {1}, the image {2}.</source>
        <translation>标签为 {1}，图像为 {2}。</translation>
    </message>
    <message>
        <source>The labels for {1} are {2} x {3}, the image {4} x {5}.</source>
        <translation>{1} 的标签为 {2} x {3}，图像为 {4} x {5}。</translation>
    </message>
    <message>
        <source>The labels for {1} hold {2}, which no class has.</source>
        <translation>{1} 的标签含有 {2}，没有类别具有此值。</translation>
    </message>
    <message>
        <source>The labels of {1} that were kept as {2} fit the image again and are shown.</source>
        <translation>{1} 的标签（曾保留为 {2}）重新与图像相符，已显示。</translation>
    </message>
    <message>
        <source>The labels were made again from the undo history. They are saved in its place.</source>
        <translation>标签已根据撤销历史重新生成，并替代它保存。</translation>
    </message>
    <message>
        <source>The last state is damaged: starting from the model in use</source>
        <translation>上次的状态已损坏：从使用中的模型开始</translation>
    </message>
    <message>
        <source>The live head has no image open.</source>
        <translation>“实时”没有打开的图像。</translation>
    </message>
    <message>
        <source>The loss became NaN at step {1}.</source>
        <translation>损失在第 {1} 步变为 NaN。</translation>
    </message>
    <message>
        <source>The model '{1}' does not exist.</source>
        <translation>模型“{1}”不存在。</translation>
    </message>
    <message>
        <source>The model '{1}' gives NaN for this image.</source>
        <translation>模型“{1}”对此图像给出 NaN。</translation>
    </message>
    <message>
        <source>The model '{1}' gives {2} channels for {3} classes.</source>
        <translation>模型“{1}”给出 {2} 个通道，而类别有 {3} 个。</translation>
    </message>
    <message>
        <source>The model in use is unchanged. Switched on again, it goes on from its last state.</source>
        <translation>使用中的模型不变。重新打开开关后，从上次的状态继续。</translation>
    </message>
    <message>
        <source>The model resizes this image to {1} x {2} pixels; its answer takes {3} GB.</source>
        <translation>模型将此图像缩放为 {1} x {2} 像素；其结果占 {3} GB。</translation>
    </message>
    <message>
        <source>The network '{1}' is unknown.</source>
        <translation>网络“{1}”未知。</translation>
    </message>
    <message>
        <source>The network gives the label value {1}, but has {2} class names.</source>
        <translation>网络给出标签值 {1}，但只有 {2} 个类别名称。</translation>
    </message>
    <message>
        <source>The network has {1} classes, its class list {2}.</source>
        <translation>网络有 {1} 个类别，其类别列表有 {2} 个。</translation>
    </message>
    <message>
        <source>The network type '{1}' is unknown, or labels no pixels.</source>
        <translation>网络类型“{1}”未知，或不标注像素。</translation>
    </message>
    <message>
        <source>The numbers of this job array have gaps.</source>
        <translation>此作业数组的编号有空缺。</translation>
    </message>
    <message>
        <source>The package {1}, which adds the architecture '{2}', cannot be imported ({3}).</source>
        <translation>提供架构“{2}”的软件包 {1} 无法导入（{3}）。</translation>
    </message>
    <message>
        <source>The path is too long. Move the project and its images to a folder with a shorter path.</source>
        <translation>路径太长。请将项目及其图像移到路径较短的文件夹。</translation>
    </message>
    <message>
        <source>The prediction is {1}, the image {2}.</source>
        <translation>预测为 {1}，图像为 {2}。</translation>
    </message>
    <message>
        <source>The prediction of {1} is of another picture: the image file was replaced since.</source>
        <translation>{1} 的预测属于另一张图片：图像文件此后已被替换。</translation>
    </message>
    <message>
        <source>The probabilities are {1}, not {2}.</source>
        <translation>概率为 {1}，而不是 {2}。</translation>
    </message>
    <message>
        <source>The processes found different numbers of images: {1}.</source>
        <translation>各进程找到的图像数量不同：{1}。</translation>
    </message>
    <message>
        <source>The project folder {1} is gone or empty, and nothing is written in its place.</source>
        <translation>项目文件夹 {1} 不见了或为空，不会在原处写入任何内容。</translation>
    </message>
    <message>
        <source>The project in {1} has other classes now: another program changed it, or it is another one.</source>
        <translation>{1} 中的项目现在有不同的类别：它被另一程序更改，或者是另一个项目。</translation>
    </message>
    <message>
        <source>The project {1} has no version '{2}'.</source>
        <translation>项目 {1} 没有版本“{2}”。</translation>
    </message>
    <message>
        <source>The project {1} has no version yet.</source>
        <translation>项目 {1} 尚无版本。</translation>
    </message>
    <message>
        <source>The result {1} would replace an image.</source>
        <translation>结果 {1} 会替换一张图像。</translation>
    </message>
    <message>
        <source>The same command with --resume goes on.</source>
        <translation>相同的命令加上 --resume 即可继续。</translation>
    </message>
    <message>
        <source>The sample project is not in this installation.</source>
        <translation>此安装中没有示例项目。</translation>
    </message>
    <message>
        <source>The scales are {1}.</source>
        <translation>缩放比例为 {1}。</translation>
    </message>
    <message>
        <source>The shares of --val and --test are more than 1.</source>
        <translation>--val 与 --test 的份额之和大于 1。</translation>
    </message>
    <message>
        <source>The starter takes no multiple of {1} pixels.</source>
        <translation>入门模型不能使用 {1} 像素的倍数。</translation>
    </message>
    <message>
        <source>The state of step {1} (mean IoU {2}) was saved as {3}.</source>
        <translation>第 {1} 步的状态（平均 IoU {2}）已保存为 {3}。</translation>
    </message>
    <message>
        <source>The state of step {1} cannot be kept: {2}</source>
        <translation>无法保留第 {1} 步的状态：{2}</translation>
    </message>
    <message>
        <source>The strokes of the sample project cannot be read.</source>
        <translation>无法读取示例项目的笔画。</translation>
    </message>
    <message>
        <source>The training was stopped at step {1}.</source>
        <translation>训练在第 {1} 步停止。</translation>
    </message>
    <message>
        <source>The training was stopped at step {1}; its state is written.</source>
        <translation>训练在第 {1} 步停止；其状态已写入。</translation>
    </message>
    <message>
        <source>The truth has shape {1}, the prediction {2}.</source>
        <translation>真值的形状为 {1}，预测的形状为 {2}。</translation>
    </message>
    <message>
        <source>The truth holds the value {1}, but there are {2} classes.</source>
        <translation>真值含有值 {1}，而类别有 {2} 个。</translation>
    </message>
    <message>
        <source>The undo history is damaged.</source>
        <translation>撤销历史已损坏。</translation>
    </message>
    <message>
        <source>The values of {1} take {2} GB, more than {3} GB.</source>
        <translation>{1} 的数值需要 {2} GB，超过 {3} GB。</translation>
    </message>
    <message>
        <source>The version of {1} cannot be read ({2}).</source>
        <translation>无法读取 {1} 的版本（{2}）。</translation>
    </message>
    <message>
        <source>The weights {1} are not on this machine and could not be downloaded ({2}).</source>
        <translation>权重 {1} 不在本机上，也无法下载（{2}）。</translation>
    </message>
    <message>
        <source>The weights {1} are not on this machine, and Maskwright is set to stay offline.</source>
        <translation>权重 {1} 不在本机上，而 Maskwright 被设为保持离线。</translation>
    </message>
    <message>
        <source>There are no images beside {1} that its labels are named like.</source>
        <translation>{1} 旁边没有与其标签同名的图像。</translation>
    </message>
    <message>
        <source>There are no images in {1}.</source>
        <translation>{1} 中没有图像。</translation>
    </message>
    <message>
        <source>There are too few corrected pixels to hold some out.</source>
        <translation>已修正的像素太少，无法留出一部分。</translation>
    </message>
    <message>
        <source>There are {1} class names, but another number of channels.</source>
        <translation>有 {1} 个类别名称，但通道数不同。</translation>
    </message>
    <message>
        <source>There is no bf16 training on '{1}'.</source>
        <translation>“{1}”上没有 bf16 训练。</translation>
    </message>
    <message>
        <source>There is no device '{1}' here.</source>
        <translation>这里没有设备“{1}”。</translation>
    </message>
    <message>
        <source>There is no file {1}.</source>
        <translation>没有文件 {1}。</translation>
    </message>
    <message>
        <source>There is no format '{1}'.</source>
        <translation>没有格式“{1}”。</translation>
    </message>
    <message>
        <source>There is no image to label.</source>
        <translation>没有要标注的图像。</translation>
    </message>
    <message>
        <source>There is no image to paint on.</source>
        <translation>没有可绘制的图像。</translation>
    </message>
    <message>
        <source>There is no image to predict.</source>
        <translation>没有要预测的图像。</translation>
    </message>
    <message>
        <source>There is no precision '{1}'.</source>
        <translation>没有精度“{1}”。</translation>
    </message>
    <message>
        <source>There is no stroke {1} on this image.</source>
        <translation>此图像上没有笔画 {1}。</translation>
    </message>
    <message>
        <source>There is not enough memory to predict an image of {1} x {2} pixels.</source>
        <translation>内存不足，无法预测 {1} x {2} 像素的图像。</translation>
    </message>
    <message>
        <source>There is not enough memory to refine an image of {1} x {2} pixels with {3} classes.</source>
        <translation>内存不足，无法以 {3} 个类别细化 {1} x {2} 像素的图像。</translation>
    </message>
    <message>
        <source>There is not enough memory to train on a single crop.</source>
        <translation>内存不足，连一个裁块也无法训练。</translation>
    </message>
    <message>
        <source>There is nothing to learn from.</source>
        <translation>没有可以学习的内容。</translation>
    </message>
    <message>
        <source>There is nothing to resume: {1} does not exist.</source>
        <translation>没有可以继续的训练：{1} 不存在。</translation>
    </message>
    <message>
        <source>There is nothing to train on.</source>
        <translation>没有可用于训练的内容。</translation>
    </message>
    <message>
        <source>These are not the ImageNet weights of this network: '{1}{2}' {3}.</source>
        <translation>这些不是此网络的 ImageNet 权重：“{1}{2}”{3}。</translation>
    </message>
    <message>
        <source>These two files are no encoder and decoder of SAM, SAM 2 or EfficientSAM: the first takes {1}, the second {2}.</source>
        <translation>这两个文件不是 SAM、SAM 2 或 EfficientSAM 的编码器和解码器：第一个接受 {1}，第二个接受 {2}。</translation>
    </message>
    <message>
        <source>They are of type {1}, not an object.</source>
        <translation>它们的类型为 {1}，不是对象。</translation>
    </message>
    <message>
        <source>This command has no window.</source>
        <translation>此命令没有窗口。</translation>
    </message>
    <message>
        <source>This computer has no device 'cuda'.</source>
        <translation>这台计算机没有设备“cuda”。</translation>
    </message>
    <message>
        <source>This folder needs the package segmentation-models-pytorch, which is not installed.</source>
        <translation>此文件夹需要软件包 segmentation-models-pytorch，但它未安装。</translation>
    </message>
    <message>
        <source>This network cannot compute an input of {1} x {2} pixels ({3}).</source>
        <translation>此网络无法计算 {1} x {2} 像素的输入（{3}）。</translation>
    </message>
    <message>
        <source>This network only predicts (ONNX, torch.export): it cannot be trained or given other classes.</source>
        <translation>此网络只能预测（ONNX、torch.export）：不能训练，也不能换成其他类别。</translation>
    </message>
    <message>
        <source>This standalone build does not have it, and none can be added. Maskwright installed with Python has it with the extra "{1}", see {2}.</source>
        <translation>此独立版本不包含它，也无法添加。用 Python 安装的 Maskwright 加上可选项“{1}”即可使用，参见 {2}。</translation>
    </message>
    <message>
        <source>Tiles cannot overlap by {1} pixels.</source>
        <translation>图块不能重叠 {1} 像素。</translation>
    </message>
    <message>
        <source>Tiles of {1} pixels are too small for a network to see anything.</source>
        <translation>{1} 像素的图块太小，网络什么也看不到。</translation>
    </message>
    <message>
        <source>Tracing the network</source>
        <translation>正在跟踪网络</translation>
    </message>
    <message>
        <source>Train again with a smaller learning rate.</source>
        <translation>请以较小的学习率重新训练。</translation>
    </message>
    <message>
        <source>Train again with another seed; if it stays, check the images for damage.</source>
        <translation>请用另一个种子重新训练；如果依然如此，请检查图像是否损坏。</translation>
    </message>
    <message>
        <source>Train from an earlier checkpoint.</source>
        <translation>请从较早的检查点训练。</translation>
    </message>
    <message>
        <source>Train from another model, for example the starter; or import the network from the library that made it.</source>
        <translation>请从另一个模型开始训练，例如 starter；或从制作它的库导入该网络。</translation>
    </message>
    <message>
        <source>Train it for these classes first.</source>
        <translation>请先针对这些类别训练它。</translation>
    </message>
    <message>
        <source>Training time must be positive.</source>
        <translation>训练时间必须为正数。</translation>
    </message>
    <message>
        <source>Tried {1} sets; mean IoU {2}, without the CRF {3}</source>
        <translation>已尝试 {1} 组；平均 IoU {2}，不用 CRF 为 {3}</translation>
    </message>
    <message>
        <source>Try a smaller image or other parameters.</source>
        <translation>请尝试较小的图像或其他参数。</translation>
    </message>
    <message>
        <source>Try again. If it happens again, close other programs that use this folder.</source>
        <translation>请重试。如果再次发生，请关闭使用此文件夹的其他程序。</translation>
    </message>
    <message>
        <source>Try another size, or another architecture.</source>
        <translation>请尝试另一种尺寸或另一种架构。</translation>
    </message>
    <message>
        <source>Two classes share the {1} '{2}'.</source>
        <translation>两个类别有相同的 {1}“{2}”。</translation>
    </message>
    <message>
        <source>Two images are called {1}.</source>
        <translation>两张图像都名为 {1}。</translation>
    </message>
    <message>
        <source>Two results would be called {1}.</source>
        <translation>两个结果都会名为 {1}。</translation>
    </message>
    <message>
        <source>Undo begins here: the labels of {1} were changed or copied without their undo history.</source>
        <translation>撤销从这里开始：{1} 的标签在没有其撤销历史的情况下被更改或复制。</translation>
    </message>
    <message>
        <source>Unpack it to another disk yourself and import the folder.</source>
        <translation>请自行将其解压到另一磁盘并导入该文件夹。</translation>
    </message>
    <message>
        <source>Unpack the data set again.</source>
        <translation>请重新解压数据集。</translation>
    </message>
    <message>
        <source>Update Maskwright to go on with it.</source>
        <translation>请更新 Maskwright 后再继续使用。</translation>
    </message>
    <message>
        <source>Update Maskwright.</source>
        <translation>请更新 Maskwright。</translation>
    </message>
    <message>
        <source>Update segmentation-models-pytorch; other arguments that it hands on to timm are not taken.</source>
        <translation>请更新 segmentation-models-pytorch；不接受它转交给 timm 的其他参数。</translation>
    </message>
    <message>
        <source>Use --weights {1}.</source>
        <translation>请使用 --weights {1}。</translation>
    </message>
    <message>
        <source>Use 0 to 254; 255 means ignore.</source>
        <translation>请使用 0 至 254；255 表示忽略。</translation>
    </message>
    <message>
        <source>Use the annotations that belong to this image.</source>
        <translation>请使用属于该图像的标注。</translation>
    </message>
    <message>
        <source>Use the array that belongs to this image.</source>
        <translation>请使用属于此图像的数组。</translation>
    </message>
    <message>
        <source>Use the file that it came from.</source>
        <translation>请使用它的原始文件。</translation>
    </message>
    <message>
        <source>Use the label map that belongs to this image.</source>
        <translation>请使用属于此图像的标签图。</translation>
    </message>
    <message>
        <source>Validate on other images than these.</source>
        <translation>请用其他图像验证。</translation>
    </message>
    <message>
        <source>Validated</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Validating</source>
        <translation>正在验证</translation>
    </message>
    <message>
        <source>What you paint is kept in memory and saved once the folder is back: connect its disk, or put it back.</source>
        <translation>您绘制的内容保留在内存中，文件夹恢复后会自动保存：请连接其磁盘，或将文件夹放回原处。</translation>
    </message>
    <message>
        <source>With {1} new classes the project would have {2}; {3} is the most.</source>
        <translation>添加 {1} 个新类别后，项目将有 {2} 个类别；最多为 {3} 个。</translation>
    </message>
    <message>
        <source>Write it with torch.export.save; a network with several outputs needs a wrapper that returns its scores.</source>
        <translation>请用 torch.export.save 写出；有多个输出的网络需要一个返回其分数的包装。</translation>
    </message>
    <message>
        <source>Write name:key=value,key=value in at most {1}.</source>
        <translation>请以最多 {1} 写 name:key=value,key=value。</translation>
    </message>
    <message>
        <source>Write names, such as ["pole", "fence"].</source>
        <translation>请写名称，例如 ["pole", "fence"]。</translation>
    </message>
    <message>
        <source>Write options as key=value,key=value.</source>
        <translation>请以 key=value,key=value 的形式写选项。</translation>
    </message>
    <message>
        <source>Write the standard deviation of each channel.</source>
        <translation>请写出每个通道的标准差。</translation>
    </message>
    <message>
        <source>Writing {1}</source>
        <translation>正在写入 {1}</translation>
    </message>
    <message>
        <source>You cannot undo beyond this step.</source>
        <translation>无法撤销到此步之前。</translation>
    </message>
    <message>
        <source>a category without id and name</source>
        <translation>类别缺少 id 和名称</translation>
    </message>
    <message>
        <source>a class above 254</source>
        <translation>类别大于 254</translation>
    </message>
    <message>
        <source>a class that no JSON file names</source>
        <translation>没有 JSON 文件给出名称的类别</translation>
    </message>
    <message>
        <source>a line that is not a class and numbers</source>
        <translation>该行不是类别和数字</translation>
    </message>
    <message>
        <source>a point, a line or another shape without an area</source>
        <translation>点、线或其他没有面积的形状</translation>
    </message>
    <message>
        <source>a polygon of less than three points</source>
        <translation>多边形少于三个点</translation>
    </message>
    <message>
        <source>a polygon of less than three points, perhaps a box</source>
        <translation>多边形少于三个点，可能是边框</translation>
    </message>
    <message>
        <source>a polygon that holds no pixel of the image</source>
        <translation>多边形不包含图像的任何像素</translation>
    </message>
    <message>
        <source>a polygon that is not a list of numbers</source>
        <translation>多边形不是数字列表</translation>
    </message>
    <message>
        <source>a region without a label</source>
        <translation>区域没有标签</translation>
    </message>
    <message>
        <source>a second task of an image of this name; it is left out</source>
        <translation>同名图像的第二个任务；已略过</translation>
    </message>
    <message>
        <source>a segment that no list names</source>
        <translation>没有列表提到的分割段</translation>
    </message>
    <message>
        <source>a shape without a label</source>
        <translation>形状没有标签</translation>
    </message>
    <message>
        <source>a task without an image</source>
        <translation>任务没有图像</translation>
    </message>
    <message>
        <source>a track of a video</source>
        <translation>视频轨迹</translation>
    </message>
    <message>
        <source>an image of this name is in a later file, which counts</source>
        <translation>后面的文件中有同名图像，以该文件为准</translation>
    </message>
    <message>
        <source>an image without id and file_name</source>
        <translation>图像缺少 id 和 file_name</translation>
    </message>
    <message>
        <source>an object that no {1} names</source>
        <translation>没有任何 {1} 命名的对象</translation>
    </message>
    <message>
        <source>another image of the same name; its objects are left out</source>
        <translation>另一张同名图像；其对象已略过</translation>
    </message>
    <message>
        <source>are ignore (255), which the format cannot tell from background</source>
        <translation>为忽略（255），该格式无法将其与背景区分</translation>
    </message>
    <message>
        <source>are of the class unlabeled, which Cityscapes does not tell from ignore</source>
        <translation>属于 unlabeled 类别，Cityscapes 无法将其与忽略区分</translation>
    </message>
    <message>
        <source>are only predicted: exported as ignore (255)</source>
        <translation>仅为预测：作为忽略（255）导出</translation>
    </message>
    <message>
        <source>are only predicted: exported, as you asked</source>
        <translation>仅为预测：已按您的要求导出</translation>
    </message>
    <message>
        <source>are untouched: exported as ignore (255)</source>
        <translation>未处理过：作为忽略（255）导出</translation>
    </message>
    <message>
        <source>became background, because CVAT's masks cannot ignore pixels</source>
        <translation>变成了背景，因为 CVAT 的掩码不能忽略像素</translation>
    </message>
    <message>
        <source>copied as a JPEG of quality 95, as the format wants it: colours differ a little</source>
        <translation>按格式要求以质量 95 的 JPEG 复制：颜色略有差异</translation>
    </message>
    <message>
        <source>copied as it is, because a JPEG has sides of at most 65,500 pixels</source>
        <translation>按原样复制，因为 JPEG 的边长最多为 65,500 像素</translation>
    </message>
    <message>
        <source>copied as it is, because it cannot be read</source>
        <translation>按原样复制，因为无法读取</translation>
    </message>
    <message>
        <source>copying the sample project</source>
        <translation>正在复制示例项目</translation>
    </message>
    <message>
        <source>differ, because polygons approximate their borders</source>
        <translation>有差异，因为多边形只近似其边界</translation>
    </message>
    <message>
        <source>every corrected pixel is ignore (255)</source>
        <translation>每个已修正的像素都是忽略（255）</translation>
    </message>
    <message>
        <source>every pixel is ignore (255)</source>
        <translation>每个像素都是忽略（255）</translation>
    </message>
    <message>
        <source>it cannot be copied ({1})</source>
        <translation>无法复制（{1}）</translation>
    </message>
    <message>
        <source>it has no labels</source>
        <translation>没有标签</translation>
    </message>
    <message>
        <source>its category is not in the list of categories</source>
        <translation>其类别不在类别列表中</translation>
    </message>
    <message>
        <source>its class is not in meta.json</source>
        <translation>其类别不在 meta.json 中</translation>
    </message>
    <message>
        <source>its class is not in the list of classes</source>
        <translation>其类别不在类别列表中</translation>
    </message>
    <message>
        <source>its file lies outside the data set</source>
        <translation>其文件位于数据集之外</translation>
    </message>
    <message>
        <source>its image is not in the list of images</source>
        <translation>其图像不在图像列表中</translation>
    </message>
    <message>
        <source>its label is not in the list of labels</source>
        <translation>其标签不在标签列表中</translation>
    </message>
    <message>
        <source>its mask cannot be read</source>
        <translation>其掩膜无法读取</translation>
    </message>
    <message>
        <source>its mask is larger than the image</source>
        <translation>其掩膜大于图像</translation>
    </message>
    <message>
        <source>its mask lies outside the image</source>
        <translation>其掩膜位于图像之外</translation>
    </message>
    <message>
        <source>its numbers cannot be read</source>
        <translation>其数值无法读取</translation>
    </message>
    <message>
        <source>its run-length encoding does not fit its box</source>
        <translation>其游程编码与边框不符</translation>
    </message>
    <message>
        <source>its run-length encoding does not fit the image</source>
        <translation>其游程编码与图像不符</translation>
    </message>
    <message>
        <source>loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>no outline, perhaps only a box</source>
        <translation>没有轮廓，可能只有边框</translation>
    </message>
    <message>
        <source>not an annotation</source>
        <translation>不是标注</translation>
    </message>
    <message>
        <source>nothing in it is painted or confirmed</source>
        <translation>其中没有绘制或确认过的内容</translation>
    </message>
    <message>
        <source>onnxruntime cannot compute an input of {1} x {2} pixels ({3}).</source>
        <translation>onnxruntime 无法计算 {1} x {2} 像素的输入（{3}）。</translation>
    </message>
    <message>
        <source>process {1} of {2} on {3}, since {4}</source>
        <translation>{3} 上的进程 {1}（{2}），自 {4} 起</translation>
    </message>
    <message>
        <source>this project has no image with its content</source>
        <translation>本项目没有相同内容的图像</translation>
    </message>
    <message>
        <source>torchvision does not have the network '{1}'.</source>
        <translation>torchvision 没有网络“{1}”。</translation>
    </message>
    <message>
        <source>turned upright and compressed again as a JPEG of quality 95: colours differ a little</source>
        <translation>已转正并以质量 95 重新压缩为 JPEG：颜色略有差异</translation>
    </message>
    <message>
        <source>{1} Its backup was opened: check the classes and the settings.</source>
        <translation>{1} 已打开其备份：请检查类别和设置。</translation>
    </message>
    <message>
        <source>{1} Or leave --log out.</source>
        <translation>{1} 也可以去掉 --log。</translation>
    </message>
    <message>
        <source>{1} and {2} have different sizes.</source>
        <translation>{1} 与 {2} 的尺寸不同。</translation>
    </message>
    <message>
        <source>{1} cannot be listed ({2}).</source>
        <translation>无法列出 {1} 的内容（{2}）。</translation>
    </message>
    <message>
        <source>{1} cannot be merged with itself.</source>
        <translation>{1} 不能与自身合并。</translation>
    </message>
    <message>
        <source>{1} cannot be opened ({2}).</source>
        <translation>无法打开 {1}（{2}）。</translation>
    </message>
    <message>
        <source>{1} cannot be read ({2}).</source>
        <translation>无法读取 {1}（{2}）。</translation>
    </message>
    <message>
        <source>{1} cannot be read ({2}): undo begins here.</source>
        <translation>无法读取 {1}（{2}）：撤销从此处开始。</translation>
    </message>
    <message>
        <source>{1} cannot be read as an image ({2}).</source>
        <translation>无法将 {1} 作为图像读取（{2}）。</translation>
    </message>
    <message>
        <source>{1} cannot be read as arrays ({2}).</source>
        <translation>无法将 {1} 作为数组读取（{2}）。</translation>
    </message>
    <message>
        <source>{1} cannot be read: {2} is not installed.</source>
        <translation>无法读取 {1}：未安装 {2}。</translation>
    </message>
    <message>
        <source>{1} cannot be run: {2}</source>
        <translation>无法运行 {1}：{2}</translation>
    </message>
    <message>
        <source>{1} cannot be unpacked ({2}).</source>
        <translation>无法解压 {1}（{2}）。</translation>
    </message>
    <message>
        <source>{1} cannot be unpacked: {2}</source>
        <translation>无法解压 {1}：{2}</translation>
    </message>
    <message>
        <source>{1} cannot be written ({2}).</source>
        <translation>无法写入 {1}（{2}）。</translation>
    </message>
    <message>
        <source>{1} cannot be written as {2}.</source>
        <translation>{1} 无法写为 {2}。</translation>
    </message>
    <message>
        <source>{1} classes are left out: a project has at most {2}</source>
        <translation>省略了 {1} 个类别：一个项目最多有 {2} 个</translation>
    </message>
    <message>
        <source>{1} classes never occur in the training images, they cannot be learned: {2}</source>
        <translation>{1} 个类别在训练图像中从未出现，无法学习：{2}</translation>
    </message>
    <message>
        <source>{1} declares {2} weights in {3} bytes, more than the file has or Maskwright reads.</source>
        <translation>{1} 声明在 {3} 字节中有 {2} 个权重，超过文件所含或 Maskwright 可读取的数量。</translation>
    </message>
    <message>
        <source>{1} describes a model, but cannot be read ({2}).</source>
        <translation>{1} 说明了一个模型，但无法读取（{2}）。</translation>
    </message>
    <message>
        <source>{1} does not end in {2}.</source>
        <translation>{1} 不以 {2} 结尾。</translation>
    </message>
    <message>
        <source>{1} does not exist.</source>
        <translation>{1} 不存在。</translation>
    </message>
    <message>
        <source>{1} does not fit a torchvision segmentation network that Maskwright knows.</source>
        <translation>{1} 与 Maskwright 所知的 torchvision 分割网络都不符。</translation>
    </message>
    <message>
        <source>{1} does not fit into memory.</source>
        <translation>内存放不下 {1}。</translation>
    </message>
    <message>
        <source>{1} does not fit the architecture '{2}': '{3}' has shape {4}, expected {5}.</source>
        <translation>{1} 与架构“{2}”不符：“{3}”的形状为 {4}，应为 {5}。</translation>
    </message>
    <message>
        <source>{1} does not fit the architecture '{2}': {3}.</source>
        <translation>{1} 与架构“{2}”不符：{3}。</translation>
    </message>
    <message>
        <source>{1} exists already.</source>
        <translation>{1} 已存在。</translation>
    </message>
    <message>
        <source>{1} gives it several names; the file may be damaged</source>
        <translation>{1} 为其给出了多个名称；文件可能已损坏</translation>
    </message>
    <message>
        <source>{1} gives no output that labels pixels ({2}).</source>
        <translation>{1} 没有标注像素的输出（{2}）。</translation>
    </message>
    <message>
        <source>{1} has a std of zero.</source>
        <translation>{1} 的标准差为零。</translation>
    </message>
    <message>
        <source>{1} has been locked by another process for more than {2} s.</source>
        <translation>{1} 被另一个进程锁定已超过 {2} 秒。</translation>
    </message>
    <message>
        <source>{1} has its voxels in a file of its own.</source>
        <translation>{1} 的体素在另一个文件中。</translation>
    </message>
    <message>
        <source>{1} has labels and is no longer there. They are kept; put the file back to go on with them.</source>
        <translation>{1} 有标签，但已不在那里。标签已保留；请放回文件以继续使用它们。</translation>
    </message>
    <message>
        <source>{1} has more than 8 bits for each colour.</source>
        <translation>{1} 的每种颜色超过 8 位。</translation>
    </message>
    <message>
        <source>{1} has more than three axes, or colours.</source>
        <translation>{1} 有三个以上的轴，或含有颜色。</translation>
    </message>
    <message>
        <source>{1} has no column of label maps.</source>
        <translation>{1} 没有标签图列。</translation>
    </message>
    <message>
        <source>{1} has no image {2}.</source>
        <translation>{1} 没有图像 {2}。</translation>
    </message>
    <message>
        <source>{1} has no number of classes in config.json.</source>
        <translation>{1} 的 config.json 中没有类别数。</translation>
    </message>
    <message>
        <source>{1} has no outlines, perhaps only boxes.</source>
        <translation>{1} 没有轮廓，可能只有方框。</translation>
    </message>
    <message>
        <source>{1} has no weights of the layer 'score_fr', so it is not FCN-32s, 16s or 8s.</source>
        <translation>{1} 没有 'score_fr' 层的权重，因此不是 FCN-32s、16s 或 8s。</translation>
    </message>
    <message>
        <source>{1} has no {2} that can be read.</source>
        <translation>{1} 没有可读取的 {2}。</translation>
    </message>
    <message>
        <source>{1} has no {2}; pickled weights are not opened.</source>
        <translation>{1} 没有 {2}；不会打开 pickle 权重。</translation>
    </message>
    <message>
        <source>{1} has several channels.</source>
        <translation>{1} 有多个通道。</translation>
    </message>
    <message>
        <source>{1} has tensors that are sparse or without data.</source>
        <translation>{1} 含有稀疏或没有数据的张量。</translation>
    </message>
    <message>
        <source>{1} has the layers of a caffemodel, which do not fit the architecture '{2}'.</source>
        <translation>{1} 含有 caffemodel 的层，与架构“{2}”不符。</translation>
    </message>
    <message>
        <source>{1} has weights but no description of the model, so it is not a checkpoint of Maskwright.</source>
        <translation>{1} 有权重而没有模型说明，因此不是 Maskwright 的检查点。</translation>
    </message>
    <message>
        <source>{1} has {2} bits for each colour.</source>
        <translation>{1} 的每种颜色为 {2} 位。</translation>
    </message>
    <message>
        <source>{1} has {2} colours: it is a photo, not a label map.</source>
        <translation>{1} 有 {2} 种颜色：它是照片，不是标签图。</translation>
    </message>
    <message>
        <source>{1} has {2} output channels, but {3} class names.</source>
        <translation>{1} 有 {2} 个输出通道，但有 {3} 个类别名称。</translation>
    </message>
    <message>
        <source>{1} has {2} output channels, but {3} class names: {4}.</source>
        <translation>{1} 有 {2} 个输出通道，但有 {3} 个类别名称：{4}。</translation>
    </message>
    <message>
        <source>{1} has {2}, more than {3} megapixels.</source>
        <translation>{1} 有 {2}，超过 {3} 百万像素。</translation>
    </message>
    <message>
        <source>{1} has {2}: {3} is missing.</source>
        <translation>{1}：{2}；缺少 {3}。</translation>
    </message>
    <message>
        <source>{1} has {2}; a file of its kind ({3}) takes {4} GB to decode, more than {5} GB.</source>
        <translation>{1} 有 {2}；此类文件（{3}）解码需要 {4} GB，超过 {5} GB。</translation>
    </message>
    <message>
        <source>{1} holds a project already.</source>
        <translation>{1} 中已有一个项目。</translation>
    </message>
    <message>
        <source>{1} holds a project's own files.</source>
        <translation>{1} 中是某个项目自己的文件。</translation>
    </message>
    <message>
        <source>{1} holds a project's own labels.</source>
        <translation>{1} 中是某个项目自己的标签。</translation>
    </message>
    <message>
        <source>{1} holds an array of {2} with {3} axes.</source>
        <translation>{1} 包含 {3} 维的 {2} 数组。</translation>
    </message>
    <message>
        <source>{1} holds more than its size can explain.</source>
        <translation>{1} 中的内容多得与其大小不符。</translation>
    </message>
    <message>
        <source>{1} holds no .npy or .npz files.</source>
        <translation>{1} 中没有 .npy 或 .npz 文件。</translation>
    </message>
    <message>
        <source>{1} holds no COCO file.</source>
        <translation>{1} 中没有 COCO 文件。</translation>
    </message>
    <message>
        <source>{1} holds no NIfTI images.</source>
        <translation>{1} 中没有 NIfTI 图像。</translation>
    </message>
    <message>
        <source>{1} holds no Parquet files.</source>
        <translation>{1} 中没有 Parquet 文件。</translation>
    </message>
    <message>
        <source>{1} holds no XML file of CVAT.</source>
        <translation>{1} 中没有 CVAT 的 XML 文件。</translation>
    </message>
    <message>
        <source>{1} holds no annotated tasks of Label Studio.</source>
        <translation>{1} 中没有已标注的 Label Studio 任务。</translation>
    </message>
    <message>
        <source>{1} holds no file of labelme.</source>
        <translation>{1} 中没有 labelme 文件。</translation>
    </message>
    <message>
        <source>{1} holds no label maps of Cityscapes.</source>
        <translation>{1} 中没有 Cityscapes 标签图。</translation>
    </message>
    <message>
        <source>{1} holds no label maps.</source>
        <translation>{1} 中没有标签图。</translation>
    </message>
    <message>
        <source>{1} holds no objects.</source>
        <translation>{1} 中没有对象。</translation>
    </message>
    <message>
        <source>{1} holds no panoptic segmentation.</source>
        <translation>{1} 中没有全景分割。</translation>
    </message>
    <message>
        <source>{1} holds no picture.</source>
        <translation>{1} 中没有图片。</translation>
    </message>
    <message>
        <source>{1} holds no project of Supervisely.</source>
        <translation>{1} 中没有 Supervisely 项目。</translation>
    </message>
    <message>
        <source>{1} holds no project.</source>
        <translation>{1} 中没有项目。</translation>
    </message>
    <message>
        <source>{1} holds no text files of polygons.</source>
        <translation>{1} 中没有多边形文本文件。</translation>
    </message>
    <message>
        <source>{1} holds numbers with a fraction.</source>
        <translation>{1} 包含小数。</translation>
    </message>
    <message>
        <source>{1} holds the values {2}, which no class has.</source>
        <translation>{1} 含有值 {2}，没有类别具有这些值。</translation>
    </message>
    <message>
        <source>{1} holds too many voxels ({2}).</source>
        <translation>{1} 含有过多体素（{2}）。</translation>
    </message>
    <message>
        <source>{1} holds values below 0 or above 255.</source>
        <translation>{1} 包含小于 0 或大于 255 的值。</translation>
    </message>
    <message>
        <source>{1} holds values from {2} to {3}.</source>
        <translation>{1} 包含从 {2} 到 {3} 的值。</translation>
    </message>
    <message>
        <source>{1} holds values that are no class: {2}.</source>
        <translation>{1} 含有不属于任何类别的值：{2}。</translation>
    </message>
    <message>
        <source>{1} holds values that are no whole numbers of 0 to 255.</source>
        <translation>{1} 含有不是 0 到 255 之间整数的值。</translation>
    </message>
    <message>
        <source>{1} holds {2}, which no class has.</source>
        <translation>{1} 含有 {2}，没有类别具有此值。</translation>
    </message>
    <message>
        <source>{1} holds, or lies in, the images of the project.</source>
        <translation>{1} 含有项目的图像，或位于其中。</translation>
    </message>
    <message>
        <source>{1} images that have labels are no longer there, the first is {2}. Their labels are kept; put the files back to go on with them.</source>
        <translation>{1} 张有标签的图像已不在那里，第一张是 {2}。它们的标签已保留；请放回文件以继续使用它们。</translation>
    </message>
    <message>
        <source>{1} images were replaced by other pictures after they were labelled, the first is {2}: see whether their labels fit.</source>
        <translation>{1} 张图像在标注之后被替换为其他图片，第一张是 {2}：请查看它们的标签是否合适。</translation>
    </message>
    <message>
        <source>{1} is a '{2}', which shares no tensors with '{3}'.</source>
        <translation>{1} 是“{2}”，与“{3}”没有共同的张量。</translation>
    </message>
    <message>
        <source>{1} is a file of no format that can be read.</source>
        <translation>{1} 不是可读取格式的文件。</translation>
    </message>
    <message>
        <source>{1} is a folder without config.json, so it is no model.</source>
        <translation>{1} 是没有 config.json 的文件夹，因此不是模型。</translation>
    </message>
    <message>
        <source>{1} is a folder.</source>
        <translation>{1} 是文件夹。</translation>
    </message>
    <message>
        <source>{1} is a project.</source>
        <translation>{1} 是项目。</translation>
    </message>
    <message>
        <source>{1} is a {2} picture, not a label map.</source>
        <translation>{1} 是 {2} 图片，不是标签图。</translation>
    </message>
    <message>
        <source>{1} is compressed or damaged: it would grow when it is read.</source>
        <translation>{1} 被压缩或已损坏：读取时会变大。</translation>
    </message>
    <message>
        <source>{1} is damaged (it has no NIfTI-1 header).</source>
        <translation>{1} 已损坏（没有 NIfTI-1 文件头）。</translation>
    </message>
    <message>
        <source>{1} is damaged (it holds two sizes).</source>
        <translation>{1} 已损坏（含有两种尺寸）。</translation>
    </message>
    <message>
        <source>{1} is damaged (it is cut off).</source>
        <translation>{1} 已损坏（被截断）。</translation>
    </message>
    <message>
        <source>{1} is damaged (line {2}: {3}).</source>
        <translation>{1} 已损坏（第 {2} 行：{3}）。</translation>
    </message>
    <message>
        <source>{1} is damaged ({2}).</source>
        <translation>{1} 已损坏（{2}）。</translation>
    </message>
    <message>
        <source>{1} is damaged or truncated ({2}).</source>
        <translation>{1} 已损坏或被截断（{2}）。</translation>
    </message>
    <message>
        <source>{1} is damaged, or is a pickle with more than weights. It was not opened.</source>
        <translation>{1} 已损坏，或是含有权重以外内容的 pickle。没有打开它。</translation>
    </message>
    <message>
        <source>{1} is damaged, or onnxruntime does not know its operations ({2}).</source>
        <translation>{1} 已损坏，或 onnxruntime 不认识其运算（{2}）。</translation>
    </message>
    <message>
        <source>{1} is damaged: '{2}' has values that are not finite.</source>
        <translation>{1} 已损坏：“{2}”含有非有限值。</translation>
    </message>
    <message>
        <source>{1} is damaged: '{2}' holds {3}, expected {4}.</source>
        <translation>{1} 已损坏：“{2}”为 {3}，应为 {4}。</translation>
    </message>
    <message>
        <source>{1} is damaged: '{2}' holds {3}, not an array of floating point.</source>
        <translation>{1} 已损坏：“{2}”为 {3}，不是浮点数组。</translation>
    </message>
    <message>
        <source>{1} is damaged: its content does not match its checksum.</source>
        <translation>{1} 已损坏：其内容与校验和不符。</translation>
    </message>
    <message>
        <source>{1} is damaged: undo begins here.</source>
        <translation>{1} 已损坏：撤销从此处开始。</translation>
    </message>
    <message>
        <source>{1} is empty (0 bytes).</source>
        <translation>{1} 是空文件（0 字节）。</translation>
    </message>
    <message>
        <source>{1} is empty, perhaps because the power failed while labels were imported: the image has no labels. Import them again.</source>
        <translation>{1} 是空的，可能是导入标签时断电所致：该图像没有标签。请重新导入。</translation>
    </message>
    <message>
        <source>{1} is for {2} classes.</source>
        <translation>{1} 适用于 {2} 个类别。</translation>
    </message>
    <message>
        <source>{1} is missing or damaged too. Make a new project for the same images and copy 'labels' and 'provenance' from this one into it.</source>
        <translation>{1} 也缺失或已损坏。请为同样的图像新建一个项目，并将此项目的“labels”和“provenance”复制进去。</translation>
    </message>
    <message>
        <source>{1} is neither an image, a folder nor a project.</source>
        <translation>{1} 既不是图像，也不是文件夹或项目。</translation>
    </message>
    <message>
        <source>{1} is no JSON object.</source>
        <translation>{1} 不是 JSON 对象。</translation>
    </message>
    <message>
        <source>{1} is no Maskwright project.</source>
        <translation>{1} 不是 Maskwright 项目。</translation>
    </message>
    <message>
        <source>{1} is no folder.</source>
        <translation>{1} 不是文件夹。</translation>
    </message>
    <message>
        <source>{1} is no indexed or grey PNG.</source>
        <translation>{1} 不是索引或灰度 PNG。</translation>
    </message>
    <message>
        <source>{1} is no longer there.</source>
        <translation>{1} 已不在那里。</translation>
    </message>
    <message>
        <source>{1} is no network that onnxruntime can load: {2}</source>
        <translation>{1} 不是 onnxruntime 能加载的网络：{2}</translation>
    </message>
    <message>
        <source>{1} is no packed project: it holds no {2}.</source>
        <translation>{1} 不是打包的项目：其中没有 {2}。</translation>
    </message>
    <message>
        <source>{1} is not JSON ({2}).</source>
        <translation>{1} 不是 JSON（{2}）。</translation>
    </message>
    <message>
        <source>{1} is not a .safetensors file.</source>
        <translation>{1} 不是 .safetensors 文件。</translation>
    </message>
    <message>
        <source>{1} is not a complete project: project.json is missing.</source>
        <translation>{1} 不是完整的项目：缺少 project.json。</translation>
    </message>
    <message>
        <source>{1} is not a file.</source>
        <translation>{1} 不是文件。</translation>
    </message>
    <message>
        <source>{1} is not a folder.</source>
        <translation>{1} 不是文件夹。</translation>
    </message>
    <message>
        <source>{1} is not a safetensors file.</source>
        <translation>{1} 不是 safetensors 文件。</translation>
    </message>
    <message>
        <source>{1} is not a state dict.</source>
        <translation>{1} 不是 state dict。</translation>
    </message>
    <message>
        <source>{1} is not empty.</source>
        <translation>{1} 不是空文件夹。</translation>
    </message>
    <message>
        <source>{1} is not in {2}.</source>
        <translation>{1} 不在 {2} 中。</translation>
    </message>
    <message>
        <source>{1} is not the path of an image in the image folder.</source>
        <translation>{1} 不是图像文件夹中图像的路径。</translation>
    </message>
    <message>
        <source>{1} is not there.</source>
        <translation>{1} 不在那里。</translation>
    </message>
    <message>
        <source>{1} is not valid JSON (line {2}: {3}).</source>
        <translation>{1} 不是有效的 JSON（第 {2} 行：{3}）。</translation>
    </message>
    <message>
        <source>{1} is not valid JSON ({2}).</source>
        <translation>{1} 不是有效的 JSON（{2}）。</translation>
    </message>
    <message>
        <source>{1} is of another version of Maskwright ({2}).</source>
        <translation>{1} 来自另一版本的 Maskwright（{2}）。</translation>
    </message>
    <message>
        <source>{1} is one of the files to learn from.</source>
        <translation>{1} 是要从中学习的文件之一。</translation>
    </message>
    <message>
        <source>{1} is open for writing in another Maskwright ({2}).</source>
        <translation>{1} 已在另一个 Maskwright 中打开以供写入（{2}）。</translation>
    </message>
    <message>
        <source>{1} is open read-only. {2}</source>
        <translation>{1} 以只读方式打开。{2}</translation>
    </message>
    <message>
        <source>{1} is open read-only: {2} writes it.</source>
        <translation>{1} 以只读方式打开：{2} 正在写入它。</translation>
    </message>
    <message>
        <source>{1} is part of this project.</source>
        <translation>{1} 是此项目的一部分。</translation>
    </message>
    <message>
        <source>{1} is the model itself.</source>
        <translation>{1} 就是模型本身。</translation>
    </message>
    <message>
        <source>{1} is the state of another training: {2} differ.</source>
        <translation>{1} 是另一次训练的状态：{2} 不同。</translation>
    </message>
    <message>
        <source>{1} is too large for CRF parameters.</source>
        <translation>{1} 太大，不是 CRF 参数。</translation>
    </message>
    <message>
        <source>{1} is too large for a thumbnail.</source>
        <translation>{1} 太大，无法制作缩略图。</translation>
    </message>
    <message>
        <source>{1} is truncated.</source>
        <translation>{1} 被截断。</translation>
    </message>
    <message>
        <source>{1} keeps its weights in another file, which cannot be read ({2}).</source>
        <translation>{1} 的权重在另一个文件中，该文件无法读取（{2}）。</translation>
    </message>
    <message>
        <source>{1} lists {2} classes, its weights are for {3}.</source>
        <translation>{1} 列出 {2} 个类别，其权重用于 {3} 个。</translation>
    </message>
    <message>
        <source>{1} measures {2} x {3}, its image {4} x {5}.</source>
        <translation>{1} 的尺寸为 {2} x {3}，其图像为 {4} x {5}。</translation>
    </message>
    <message>
        <source>{1} measures {2} x {3}, the slices before it {4} x {5}.</source>
        <translation>{1} 的尺寸为 {2} x {3}，而它之前的切片为 {4} x {5}。</translation>
    </message>
    <message>
        <source>{1} measures {2}, its image {3} x {4}.</source>
        <translation>{1} 的尺寸为 {2}，其图像为 {3} x {4}。</translation>
    </message>
    <message>
        <source>{1} measures {2}, more than {3} megapixels.</source>
        <translation>{1} 的尺寸为 {2}，超过 {3} 百万像素。</translation>
    </message>
    <message>
        <source>{1} misses {2} weights of {3}, such as '{4}'.</source>
        <translation>{1} 缺少 {3} 的 {2} 个权重，例如“{4}”。</translation>
    </message>
    <message>
        <source>{1} names no categories.</source>
        <translation>{1} 没有给出类别。</translation>
    </message>
    <message>
        <source>{1} names no class of ADE20K.</source>
        <translation>{1} 没有给出 ADE20K 的类别。</translation>
    </message>
    <message>
        <source>{1} names no class.</source>
        <translation>{1} 未列出任何类别。</translation>
    </message>
    <message>
        <source>{1} names no labels.</source>
        <translation>{1} 没有给出标签名称。</translation>
    </message>
    <message>
        <source>{1} needs {2} GB to be unpacked, and {3} has less.</source>
        <translation>解压 {1} 需要 {2} GB，而 {3} 的空间不足。</translation>
    </message>
    <message>
        <source>{1} needs {2} GB, and its disk has less.</source>
        <translation>{1} 需要 {2} GB，而其磁盘空间不足。</translation>
    </message>
    <message>
        <source>{1} needs {2} GB, and {3} GB are free.</source>
        <translation>{1} 需要 {2} GB，而可用空间为 {3} GB。</translation>
    </message>
    <message>
        <source>{1} resizes images to {2}, which is not understood.</source>
        <translation>{1} 将图像缩放为 {2}，无法理解该设置。</translation>
    </message>
    <message>
        <source>{1} takes images of {2} channels.</source>
        <translation>{1} 接受 {2} 个通道的图像。</translation>
    </message>
    <message>
        <source>{1} takes no RGB images [N, 3, H, W].</source>
        <translation>{1} 不接受 RGB 图像 [N, 3, H, W]。</translation>
    </message>
    <message>
        <source>{1} takes {2}.</source>
        <translation>{1} 接受 {2}。</translation>
    </message>
    <message>
        <source>{1} was changed by another program while it was open here. Your labels are saved; the other version is kept as {2}.</source>
        <translation>{1} 在此打开期间被另一程序更改。您的标签已保存；另一版本保留为 {2}。</translation>
    </message>
    <message>
        <source>{1} was changed outside Maskwright or lost its provenance: its labels count as predicted. Confirm them to use them for training.</source>
        <translation>{1} 在 Maskwright 之外被更改，或丢失了来源记录：其标签算作预测。确认它们即可用于训练。</translation>
    </message>
    <message>
        <source>{1} was made with the features of another network.</source>
        <translation>{1} 由另一个网络的特征制作。</translation>
    </message>
    <message>
        <source>{1} was not written ({2}).</source>
        <translation>未写入 {1}（{2}）。</translation>
    </message>
    <message>
        <source>{1} was not written: '{2}' has values that are not finite.</source>
        <translation>未写入 {1}：“{2}”含有非有限值。</translation>
    </message>
    <message>
        <source>{1} was replaced by another picture after it was labelled: see whether its labels fit.</source>
        <translation>{1} 在标注之后被替换为另一张图片：请查看其标签是否合适。</translation>
    </message>
    <message>
        <source>{1} was written by a newer Maskwright (version {2}, this one knows {3}): undo begins here. It is kept under another name once you change the image.</source>
        <translation>{1} 由更新的 Maskwright 写入（版本 {2}，此版本支持 {3}）：撤销从此处开始。您更改图像后，它会以另一名称保留。</translation>
    </message>
    <message>
        <source>{1} was written by a newer version (schema {2}, this one knows {3}).</source>
        <translation>{1} 由更新的版本写入（格式 {2}，此版本支持 {3}）。</translation>
    </message>
    <message>
        <source>{1} was written by another version of Maskwright (version {2}, this one knows {3}).</source>
        <translation>{1} 由另一版本的 Maskwright 写入（版本 {2}，此版本支持 {3}）。</translation>
    </message>
    <message>
        <source>{1} was written by {2} (schema {3}). This is Maskwright {4} (schema {5}), which changes nothing in it.</source>
        <translation>{1} 由 {2} 写入（格式 {3}）。这是 Maskwright {4}（格式 {5}），不会更改其中任何内容。</translation>
    </message>
    <message>
        <source>{1} would be written to {2}, outside the project, because one of its folders is a link.</source>
        <translation>{1} 会被写到项目之外的 {2}，因为其一个文件夹是链接。</translation>
    </message>
    <message>
        <source>{1}: '{2}' is not a list of class names.</source>
        <translation>{1}：“{2}”不是类别名称列表。</translation>
    </message>
    <message>
        <source>{1}: '{2}' is not a parameter of the CRF.</source>
        <translation>{1}：“{2}”不是 CRF 的参数。</translation>
    </message>
    <message>
        <source>{1}: image {2}, probabilities {3} and labels {4} differ in size.</source>
        <translation>{1}：图像 {2}、概率 {3} 和标签 {4} 尺寸不同。</translation>
    </message>
    <message>
        <source>{1}: its weights do not fit config.json, or are damaged ({2}).</source>
        <translation>{1}：其权重与 config.json 不符，或已损坏（{2}）。</translation>
    </message>
    <message>
        <source>{1}: mean {2} and std {3} do not fit a scale of {4}.</source>
        <translation>{1}：均值 {2} 和标准差 {3} 与 scale {4} 不符。</translation>
    </message>
    <message>
        <source>{1}: not a JSON object.</source>
        <translation>{1}：不是 JSON 对象。</translation>
    </message>
    <message>
        <source>{1}: out of memory even with the smallest tiles; continuing on the CPU.</source>
        <translation>{1}：即使用最小的图块内存也不足；在 CPU 上继续。</translation>
    </message>
    <message>
        <source>{1}: out of memory; trying again with tiles of {2} pixels.</source>
        <translation>{1}：内存不足；改用 {2} 像素的图块重试。</translation>
    </message>
    <message>
        <source>{1}: the library does not understand how images are made for the network ({2}).</source>
        <translation>{1}：该库无法理解如何为网络准备图像（{2}）。</translation>
    </message>
</context>
<context>
    <name>EngineChoice</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Exact (not installed)</source>
        <translation>精确（未安装）</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Maskwright's own engine, on the processor or the graphics card</source>
        <translation>Maskwright 自己的引擎，在处理器或显卡上运行</translation>
    </message>
    <message>
        <source>Refine every new prediction</source>
        <translation>细化每个新的预测</translation>
    </message>
    <message>
        <source>The fast engine, on the graphics card if there is one</source>
        <translation>快速引擎；如有显卡则在显卡上运行</translation>
    </message>
    <message>
        <source>The package pydensecrf2 is not installed.</source>
        <translation>未安装 pydensecrf2 包。</translation>
    </message>
    <message>
        <source>pydensecrf, the reference; about ten times slower</source>
        <translation>pydensecrf，参考实现；约慢十倍</translation>
    </message>
    <message>
        <source>“Predict this image” and “Predict remaining” also apply the CRF with these values</source>
        <translation>“预测此图像”和“预测其余”也会以这些值应用 CRF</translation>
    </message>
</context>
<context>
    <name>ErrorNote</name>
    <message>
        <source>About {share} % of the pixels are still wrong (at most {high} %): you can stop.</source>
        <translation>约 {share} % 的像素仍有误（最多 {high} %）：可以停止了。</translation>
    </message>
    <message>
        <source>About {share} % of the pixels are still wrong ({low} to {high} %).</source>
        <translation>约 {share} % 的像素仍有误（{low} 至 {high} %）。</translation>
    </message>
    <message>
        <source>About {share} % of the predicted pixels are still wrong ({low} to {high} %). Images without a prediction: {count}.</source>
        <translation>已预测的像素中约 {share} % 仍有误（{low} 至 {high} %）。没有预测的图像：{count}。</translation>
    </message>
    <message>
        <source>Estimated from what you changed in {count} done images; the interval holds for 95 %.</source>
        <translation>根据您在 {count} 张已完成图像中的更改估计；区间的置信度为 95 %。</translation>
    </message>
    <message>
        <source>How much is still wrong cannot be told: too few of the done images were corrected.</source>
        <translation>无法得知还有多少错误：已完成的图像中经过修正的太少。</translation>
    </message>
    <message>
        <source>If you correct the next {count} images of “What helps most”, about {share} % remain wrong.</source>
        <translation>如果您修正“最有帮助”中接下来的 {count} 张图像，约剩 {share} % 有误。</translation>
    </message>
    <message>
        <source>Images without a prediction do not count.</source>
        <translation>没有预测的图像不计入。</translation>
    </message>
    <message>
        <source>Mark one more predicted image as done to see how much is still wrong.</source>
        <translation>再将一张有预测的图像标记为完成，即可得知还有多少错误。</translation>
    </message>
    <message>
        <source>Mark {count} more predicted images as done to see how much is still wrong.</source>
        <translation>再将 {count} 张有预测的图像标记为完成，即可得知还有多少错误。</translation>
    </message>
</context>
<context>
    <name>ExportChoices</name>
    <message>
        <source>A stack is one file, not one for each slice</source>
        <translation>每个堆栈一个文件，而不是每个切片一个文件</translation>
    </message>
    <message>
        <source>All pixels of a class are one object, not each connected piece</source>
        <translation>一个类别的所有像素为一个对象，而非每个连通区块</translation>
    </message>
    <message>
        <source>Copy the images too</source>
        <translation>同时复制图像</translation>
    </message>
    <message>
        <source>Each class has its share in each part</source>
        <translation>每个类别在各部分中按比例分布</translation>
    </message>
    <message>
        <source>Export what only a model labelled, too (the report says how much)</source>
        <translation>同时导出仅由模型标注的内容（报告会说明数量）</translation>
    </message>
    <message>
        <source>Images for testing</source>
        <translation>用于测试的图像</translation>
    </message>
    <message>
        <source>Images for validation</source>
        <translation>用于验证的图像</translation>
    </message>
    <message>
        <source>Images of one folder stay together</source>
        <translation>同一文件夹的图像保持在一起</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Write the background as objects, too</source>
        <translation>背景也写为对象</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export labels</source>
        <translation>导出标签</translation>
    </message>
    <message>
        <source>Export to folder</source>
        <translation>导出到文件夹</translation>
    </message>
    <message>
        <source>Exports what you painted or confirmed. Other pixels become 255 (ignore).</source>
        <translation>导出您绘制或确认的内容。其他像素变为 255（忽略）。</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Images to export: {n} of {all}, about {train} for training, {val} for validation, {test} for tests.</source>
        <translation>要导出的图像：共 {all} 张中的 {n} 张，约 {train} 张用于训练，{val} 张用于验证，{test} 张用于测试。</translation>
    </message>
    <message>
        <source>Needs the package {package}.</source>
        <translation>需要软件包 {package}。</translation>
    </message>
    <message>
        <source>Nothing is painted or confirmed yet: no image would be exported.</source>
        <translation>尚未绘制或确认任何内容：不会导出任何图像。</translation>
    </message>
    <message>
        <source>To folder</source>
        <translation>到文件夹</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>Export labels</source>
        <translation>导出标签</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>未包含</translation>
    </message>
</context>
<context>
    <name>FillOptions</name>
    <message>
        <source>Fill one label's region, or a region of similar colours in the image</source>
        <translation>填充同一标签的区域，或图像中颜色相近的区域</translation>
    </message>
    <message>
        <source>How far each of red, green and blue may be from the colour that is clicked, 0-255</source>
        <translation>红、绿、蓝各自与所单击颜色的最大差值，0-255</translation>
    </message>
    <message>
        <source>One label</source>
        <translation>同一标签</translation>
    </message>
    <message>
        <source>Similar colours</source>
        <translation>相近颜色</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>What Fill goes by</source>
        <translation>填充的依据</translation>
    </message>
</context>
<context>
    <name>FillTool</name>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>The region goes on beyond {n} pixels: click there to fill more of it.</source>
        <translation>该区域超出 {n} 像素：请在那里单击以继续填充。</translation>
    </message>
</context>
<context>
    <name>FoldedText</name>
    <message>
        <source>Less</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>ADE20K (annotations, 0 = ignore)</source>
        <translation>ADE20K（annotations，0 = 忽略）</translation>
    </message>
    <message>
        <source>ADE20K full data set (_seg.png with objects, a JSON file each)</source>
        <translation>ADE20K 完整数据集（含对象的 _seg.png，每张图像一个 JSON 文件）</translation>
    </message>
    <message>
        <source>COCO instances (one JSON file, polygons and run-length encoding)</source>
        <translation>COCO 实例（一个 JSON 文件，多边形和游程编码）</translation>
    </message>
    <message>
        <source>COCO panoptic (segments in PNG files)</source>
        <translation>COCO 全景分割（分割段保存为 PNG）</translation>
    </message>
    <message>
        <source>COCO stuff (JSON files of run-length encodings, PNG files of classes)</source>
        <translation>COCO stuff（含游程编码的 JSON 文件，类别的 PNG 文件）</translation>
    </message>
    <message>
        <source>CVAT for images 1.1 (annotations.xml)</source>
        <translation>CVAT for images 1.1（annotations.xml）</translation>
    </message>
    <message>
        <source>CVAT segmentation mask 1.1 (SegmentationClass, SegmentationObject)</source>
        <translation>CVAT 分割掩码 1.1（SegmentationClass、SegmentationObject）</translation>
    </message>
    <message>
        <source>CamVid (label maps in colours, label_colors.txt)</source>
        <translation>CamVid（彩色标签图，label_colors.txt）</translation>
    </message>
    <message>
        <source>Cityscapes (gtFine: label ids, train ids, colours)</source>
        <translation>Cityscapes（gtFine：标签 id、训练 id、颜色）</translation>
    </message>
    <message>
        <source>GeoTIFF, one file for each image, with the georeference and classes.json</source>
        <translation>GeoTIFF，每张图像一个文件，附地理参考和 classes.json</translation>
    </message>
    <message>
        <source>Hugging Face data set (Parquet: image, annotation)</source>
        <translation>Hugging Face 数据集（Parquet：image、annotation）</translation>
    </message>
    <message>
        <source>Indexed PNG, one file for each image, with classes.json</source>
        <translation>索引 PNG，每张图像一个文件，附 classes.json</translation>
    </message>
    <message>
        <source>Label Studio (brush strokes, JSON)</source>
        <translation>Label Studio（画笔，JSON）</translation>
    </message>
    <message>
        <source>NumPy arrays (.npy), one file for each image, with classes.json</source>
        <translation>NumPy 数组（.npy），每幅图像一个文件，附 classes.json</translation>
    </message>
    <message>
        <source>OME-TIFF, one file for each image, with classes.json</source>
        <translation>OME-TIFF，每幅图像一个文件，附 classes.json</translation>
    </message>
    <message>
        <source>PASCAL VOC folder (SegmentationClass, ImageSets, labelmap.txt)</source>
        <translation>PASCAL VOC 文件夹（SegmentationClass、ImageSets、labelmap.txt）</translation>
    </message>
    <message>
        <source>Supervisely (meta.json, bitmaps)</source>
        <translation>Supervisely（meta.json，位图）</translation>
    </message>
    <message>
        <source>YOLO segmentation (a text file with polygons for each image, data.yaml)</source>
        <translation>YOLO 分割（每张图像一个多边形文本文件，data.yaml）</translation>
    </message>
    <message>
        <source>labelme (a JSON file for each image, polygons and masks)</source>
        <translation>labelme（每张图像一个 JSON 文件，多边形和掩码）</translation>
    </message>
    <message>
        <source>mmsegmentation (img_dir, ann_dir)</source>
        <translation>mmsegmentation（img_dir、ann_dir）</translation>
    </message>
    <message>
        <source>nnU-Net v2 (imagesTr, labelsTr, dataset.json)</source>
        <translation>nnU-Net v2（imagesTr、labelsTr、dataset.json）</translation>
    </message>
    <message>
        <source>nnU-Net v2 with NIfTI files (.nii.gz)</source>
        <translation>nnU-Net v2，NIfTI 文件（.nii.gz）</translation>
    </message>
</context>
<context>
    <name>Hint</name>
    <message>
        <source>Dismiss hint</source>
        <translation>关闭提示</translation>
    </message>
    <message>
        <source>Do not show this hint again</source>
        <translation>不再显示此提示</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>1 version, {size} MB</source>
        <translation>1 个版本，{size} MB</translation>
    </message>
    <message>
        <source>Before the first edit</source>
        <translation>第一次编辑之前</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Edits of the image, the oldest first</source>
        <translation>图像的编辑，最早的在前</translation>
    </message>
    <message>
        <source>Edits: click to go there</source>
        <translation>编辑：单击即可跳转</translation>
    </message>
    <message>
        <source>Go back to this version</source>
        <translation>回到此版本</translation>
    </message>
    <message>
        <source>History of the image</source>
        <translation>图像的历史</translation>
    </message>
    <message>
        <source>Makes the labels as they were then; it can be undone</source>
        <translation>使标签恢复为当时的样子；可以撤销</translation>
    </message>
    <message>
        <source>No version yet. One is kept before the first edit, every five minutes, when the image is done, and when it is left.</source>
        <translation>尚无版本。第一次编辑之前、每五分钟、图像完成时以及离开图像时各保存一个版本。</translation>
    </message>
    <message>
        <source>Open an image to see its edits.</source>
        <translation>打开一张图像以查看其编辑。</translation>
    </message>
    <message>
        <source>Read the version</source>
        <translation>读取版本</translation>
    </message>
    <message>
        <source>Shows this version beside your labels; the View tab ends it</source>
        <translation>将此版本显示在您的标签旁边；可在“视图”选项卡中结束比较</translation>
    </message>
    <message>
        <source>The image had another size then: this version does not fit it.</source>
        <translation>当时图像的尺寸不同：此版本不适用。</translation>
    </message>
    <message>
        <source>Version of {time}</source>
        <translation>{time} 的版本</translation>
    </message>
    <message>
        <source>Versions of the labels on the disk, the newest first</source>
        <translation>磁盘上的标签版本，最新的在前</translation>
    </message>
    <message>
        <source>Versions on the disk</source>
        <translation>磁盘上的版本</translation>
    </message>
    <message>
        <source>{n} versions, {size} MB</source>
        <translation>{n} 个版本，{size} MB</translation>
    </message>
</context>
<context>
    <name>HolesTool</name>
    <message>
        <source>Click a labelled region that has holes.</source>
        <translation>单击一个有孔洞的已标注区域。</translation>
    </message>
    <message>
        <source>Fill holes</source>
        <translation>填充孔洞</translation>
    </message>
    <message>
        <source>This region has no holes.</source>
        <translation>此区域没有孔洞。</translation>
    </message>
</context>
<context>
    <name>ImageMenu</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Pin among the watched images</source>
        <translation>固定到受关注的图像中</translation>
    </message>
    <message>
        <source>While a training runs, the Train tab shows what it makes of this image; up to {most} are pinned</source>
        <translation>训练运行期间，“训练”选项卡显示训练在此图像上的结果；最多固定 {most} 张</translation>
    </message>
</context>
<context>
    <name>ImageModel</name>
    <message>
        <source>flagged</source>
        <translation>有旗标</translation>
    </message>
    <message>
        <source>{count} pages: the channels of this image.</source>
        <translation>{count} 页：此图像的通道。</translation>
    </message>
</context>
<context>
    <name>ImageName</name>
    <message>
        <source>frame {n}</source>
        <translation>第 {n} 帧</translation>
    </message>
    <message>
        <source>page {n}</source>
        <translation>第 {n} 页</translation>
    </message>
    <message>
        <source>slice {n}</source>
        <translation>第 {n} 切片</translation>
    </message>
</context>
<context>
    <name>ImagePanel</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Flagged</source>
        <translation>有旗标</translation>
    </message>
    <message>
        <source>Folder order</source>
        <translation>文件夹顺序</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Order of the images</source>
        <translation>图像的顺序</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search images by name</source>
        <translation>按名称搜索图像</translation>
    </message>
    <message>
        <source>Show images in this state</source>
        <translation>显示此状态的图像</translation>
    </message>
    <message>
        <source>Uncertain first</source>
        <translation>不确定的在前</translation>
    </message>
    <message>
        <source>Uncertain first: the images where the model is least certain. What helps most: uncertainty, area and rare classes; images that look alike are spread. Done images come last.</source>
        <translation>不确定的在前：模型最没有把握的图像。最有帮助：综合不确定性、面积和稀有类别；相似的图像会分散开。已完成的图像排在最后。</translation>
    </message>
    <message>
        <source>What helps most</source>
        <translation>最有帮助</translation>
    </message>
    <message>
        <source>With a note</source>
        <translation>有备注</translation>
    </message>
    <message>
        <source>{count} rejected</source>
        <translation>已退回 {count} 张</translation>
    </message>
    <message>
        <source>{count} reviewed</source>
        <translation>已审核 {count} 张</translation>
    </message>
    <message>
        <source>{count} unreadable</source>
        <translation>无法读取 {count} 张</translation>
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation>{total} 张中已完成 {done} 张</translation>
    </message>
    <message>
        <source>{selected} selected</source>
        <translation>已选 {selected} 张</translation>
    </message>
    <message>
        <source>{shown} shown</source>
        <translation>显示 {shown} 张</translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Choose {action}.</source>
        <translation>请选择{action}。</translation>
    </message>
    <message>
        <source>Open a folder of images to begin</source>
        <translation>请先打开图像文件夹</translation>
    </message>
    <message>
        <source>The prediction is older than the class “{name}”.</source>
        <translation>预测早于类别“{name}”。</translation>
    </message>
    <message>
        <source>There is no prediction of this image yet.</source>
        <translation>此图像尚无预测。</translation>
    </message>
</context>
<context>
    <name>ImageWatch</name>
    <message>
        <source>Dismiss; the labels stay as they are</source>
        <translation>关闭；标签保持不变</translation>
    </message>
    <message>
        <source>Keep these labels for the new picture, and say this no more</source>
        <translation>为新图片保留这些标签，并不再提示</translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>Show the picture of now</source>
        <translation>显示现在的图片</translation>
    </message>
    <message>
        <source>The labels fit</source>
        <translation>标签合适</translation>
    </message>
    <message>
        <source>{name} was changed by another program and cannot be read now. You still see the earlier picture; its labels are kept. {reason}</source>
        <translation>{name} 被另一个程序更改，现在无法读取。您看到的仍是先前的图片；其标签已保留。{reason}</translation>
    </message>
    <message>
        <source>{name} was deleted or moved by another program. Its labels are kept; put the file back under this name to go on with them.</source>
        <translation>{name} 被另一个程序删除或移走。其标签已保留；请以此名称放回文件以继续使用它们。</translation>
    </message>
    <message>
        <source>{name} was replaced by another picture after it was labelled. Correct the labels, or keep them if they fit.</source>
        <translation>{name} 在标注之后被替换为另一张图片。请更正标签；如果标签合适，则保留它们。</translation>
    </message>
    <message>
        <source>{name} was replaced by another picture while it was open. You still see the earlier one, and what you paint belongs to it.</source>
        <translation>{name} 在打开期间被替换为另一张图片。您看到的仍是先前的图片，您所绘制的属于它。</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>A model made these labels: import them as predictions, to be checked</source>
        <translation>这些标签由模型制作：作为预测导入，有待检查</translation>
    </message>
    <message>
        <source>A person made these labels: import them as painted</source>
        <translation>这些标签由人制作：作为绘制的标签导入</translation>
    </message>
    <message>
        <source>Add all as new classes</source>
        <translation>全部添加为新类别</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>变为</translation>
    </message>
    <message>
        <source>Each value without a class becomes a class with its name and colour</source>
        <translation>每个没有类别的值都成为带有其名称和颜色的类别</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Images without a label map: {n}</source>
        <translation>没有标签图的图像：{n}</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Import labels from {name}</source>
        <translation>从 {name} 导入标签</translation>
    </message>
    <message>
        <source>In the label maps</source>
        <translation>标签图中的值</translation>
    </message>
    <message>
        <source>Label maps that fit an image of this project: {n}</source>
        <translation>与本项目图像相符的标签图：{n}</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>略去</translation>
    </message>
    <message>
        <source>Left out, cannot be read: {n}</source>
        <translation>略去，无法读取：{n}</translation>
    </message>
    <message>
        <source>Left out, no image of this name: {n}</source>
        <translation>略去，没有同名图像：{n}</translation>
    </message>
    <message>
        <source>Left out, not of the size of the image: {n}</source>
        <translation>略去，与图像尺寸不同：{n}</translation>
    </message>
    <message>
        <source>Mark these images as done; pixels without a label are ignored</source>
        <translation>将这些图像标记为完成；没有标签的像素为忽略</translation>
    </message>
    <message>
        <source>Names of the classes: {name} in “{folder}”</source>
        <translation>类别名称：“{folder}”中的 {name}</translation>
    </message>
    <message>
        <source>Replace what you already painted or confirmed (images: {n})</source>
        <translation>替换您已绘制或确认过的内容（图像数：{n}）</translation>
    </message>
    <message>
        <source>Stays without a label: {names}</source>
        <translation>保持无标签：{names}</translation>
    </message>
    <message>
        <source>The project would have {n} classes; {most} is the most.</source>
        <translation>项目将有 {n} 个类别；最多为 {most} 个。</translation>
    </message>
    <message>
        <source>{name}: no image of this name</source>
        <translation>{name}：没有同名图像</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Folder of label maps</source>
        <translation>标签图文件夹</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>从文件…</translation>
    </message>
    <message>
        <source>From a folder…</source>
        <translation>从文件夹…</translation>
    </message>
    <message>
        <source>Import a checkpoint</source>
        <translation>导入检查点</translation>
    </message>
    <message>
        <source>Import a checkpoint from a folder</source>
        <translation>从文件夹导入检查点</translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation>导入标签</translation>
    </message>
    <message>
        <source>Import labels…</source>
        <translation>导入标签…</translation>
    </message>
    <message>
        <source>Labels (*.json *.zip *.xml *.parquet)</source>
        <translation>标签 (*.json *.zip *.xml *.parquet)</translation>
    </message>
    <message>
        <source>Labels of another program</source>
        <translation>其他程序的标签</translation>
    </message>
    <message>
        <source>Models ({patterns})</source>
        <translation>模型 ({patterns})</translation>
    </message>
    <message>
        <source>Not imported</source>
        <translation>未导入</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Read label maps</source>
        <translation>读取标签图</translation>
    </message>
    <message>
        <source>The import was stopped. Images that it had reached keep their new labels.</source>
        <translation>导入已停止。已处理的图像保留新标签。</translation>
    </message>
    <message>
        <source>You can import them, or open the folder as images.</source>
        <translation>您可以导入它们，或将该文件夹作为图像打开。</translation>
    </message>
    <message>
        <source>“{name}” holds label maps for images of this project ({n}).</source>
        <translation>“{name}”中有本项目图像的标签图（{n} 个）。</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop this; what is finished stays</source>
        <translation>停止此任务；已完成的部分保留</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>正在停止 …</translation>
    </message>
    <message>
        <source>{left} left</source>
        <translation>剩余 {left}</translation>
    </message>
</context>
<context>
    <name>Journaling</name>
    <message>
        <source>You can go on painting and saving. Once the image is opened again, earlier edits may not be undone.</source>
        <translation>您可以继续绘制和保存。图像重新打开后，更早的编辑可能无法撤销。</translation>
    </message>
</context>
<context>
    <name>KeepBox</name>
    <message>
        <source>This state is measured and becomes a version.</source>
        <translation>正在评估此状态，并将其作为版本。</translation>
    </message>
    <message>
        <source>a fine-tuning runs</source>
        <translation>正在进行微调</translation>
    </message>
</context>
<context>
    <name>KeepLearning</name>
    <message>
        <source>Starting …</source>
        <translation>正在启动 …</translation>
    </message>
    <message>
        <source>Starts with the first corrected image.</source>
        <translation>从第一张已修正的图像开始。</translation>
    </message>
    <message>
        <source>Stopped by an error. Switch it on again to go on from its last state.</source>
        <translation>因错误而停止。重新打开开关即可从上次的状态继续。</translation>
    </message>
</context>
<context>
    <name>KeepSwitch</name>
    <message>
        <source>It looks better, but too few held-out images are there to show it</source>
        <translation>看起来更好，但留出图像太少，无法证实</translation>
    </message>
    <message>
        <source>Keep learning</source>
        <translation>持续学习</translation>
    </message>
    <message>
        <source>Make this state a version</source>
        <translation>将此状态作为版本</translation>
    </message>
    <message>
        <source>Mean IoU {now} %, model in use {in_use} %.</source>
        <translation>平均 IoU {now} %，使用中的模型 {in_use} %。</translation>
    </message>
    <message>
        <source>Mean IoU {now} %; the model in use knows none of the classes.</source>
        <translation>平均 IoU {now} %；使用中的模型不认识任何一个类别。</translation>
    </message>
    <message>
        <source>Not shown to be better, so it is not used.</source>
        <translation>未证实更好，因此不采用。</translation>
    </message>
    <message>
        <source>Shown to be better.</source>
        <translation>已证实更好。</translation>
    </message>
    <message>
        <source>Too few held-out images to judge ({count}), so it is not used by itself.</source>
        <translation>留出图像太少，无法判断（{count}），因此不会自动采用。</translation>
    </message>
    <message>
        <source>Train at the lowest priority while you label, with each image that you mark as done. A state that is better on the held-out images becomes a version. It pauses on battery and stops with the window.</source>
        <translation>在您标注时以最低优先级训练，使用您标记为完成的每张图像。在留出图像上更好的状态成为版本。使用电池时暂停，关闭窗口时停止。</translation>
    </message>
</context>
<context>
    <name>KeyField</name>
    <message>
        <source>Click here and press keys</source>
        <translation>单击此处并按键</translation>
    </message>
</context>
<context>
    <name>KeyMap</name>
    <message>
        <source>it goes to the next control, and shows the image alone on the canvas</source>
        <translation>它转到下一个控件，并在画布上仅显示图像</translation>
    </message>
    <message>
        <source>it goes to the previous control</source>
        <translation>它转到上一个控件</translation>
    </message>
    <message>
        <source>it moves in lists and fields</source>
        <translation>它在列表和输入框中移动</translation>
    </message>
    <message>
        <source>it moves the image while it is held</source>
        <translation>按住它可移动图像</translation>
    </message>
    <message>
        <source>it opens the menu {name}</source>
        <translation>它打开菜单“{name}”</translation>
    </message>
    <message>
        <source>tools use it while something is being drawn</source>
        <translation>工具在绘制过程中使用它</translation>
    </message>
</context>
<context>
    <name>LabelCommands</name>
    <message>
        <source>1 pixel changes</source>
        <translation>1 个像素会变化</translation>
    </message>
    <message>
        <source>Click a piece in the image</source>
        <translation>请单击图像中的一个区块</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>Nothing changes</source>
        <translation>没有变化</translation>
    </message>
    <message>
        <source>There is no image before this one.</source>
        <translation>此图像之前没有图像。</translation>
    </message>
    <message>
        <source>There is no prediction of this image yet: predict it first.</source>
        <translation>此图像尚无预测：请先预测。</translation>
    </message>
    <message>
        <source>{name}: 1 pixel changed</source>
        <translation>{name}：更改了 1 个像素</translation>
    </message>
    <message>
        <source>{name}: nothing to change</source>
        <translation>{name}：没有需要更改的内容</translation>
    </message>
    <message>
        <source>{name}: {n} pixels changed</source>
        <translation>{name}：更改了 {n} 个像素</translation>
    </message>
    <message>
        <source>{n} pixels change</source>
        <translation>{n} 个像素会变化</translation>
    </message>
    <message>
        <source>{text} in this one</source>
        <translation>此图像中{text}</translation>
    </message>
    <message>
        <source>“{name}” has another size than this image.</source>
        <translation>“{name}”与此图像尺寸不同。</translation>
    </message>
    <message>
        <source>“{name}” has no labels yet.</source>
        <translation>“{name}”尚无标签。</translation>
    </message>
</context>
<context>
    <name>LassoTool</name>
    <message>
        <source>Draw around an area. Ctrl or the right button erases it.</source>
        <translation>围绕一个区域画线。Ctrl 或右键则擦除该区域。</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
</context>
<context>
    <name>LayerRows</name>
    <message>
        <source>Changes</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>热图</translation>
    </message>
    <message>
        <source>Opacity: {layer}</source>
        <translation>不透明度：{layer}</translation>
    </message>
    <message>
        <source>Outlines</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>叠加</translation>
    </message>
    <message>
        <source>Show this layer with the others</source>
        <translation>与其他图层一起显示此图层</translation>
    </message>
    <message>
        <source>Uncertainty</source>
        <translation>不确定性</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>It is still being written.</source>
        <translation>仍在写入。</translation>
    </message>
    <message>
        <source>Labels that could not be saved when Maskwright was ended are in {folder}.</source>
        <translation>Maskwright 结束时未能保存的标签在 {folder} 中。</translation>
    </message>
    <message>
        <source>Save unsaved labels</source>
        <translation>保存未保存的标签</translation>
    </message>
    <message>
        <source>Save unsaved labels to a folder</source>
        <translation>将未保存的标签保存到文件夹</translation>
    </message>
    <message>
        <source>The labels are still being saved. The window closes when they are.</source>
        <translation>标签仍在保存，保存完后窗口会关闭。</translation>
    </message>
    <message>
        <source>The text file there says how to restore them. Then remove the folder.</source>
        <translation>那里的文本文件说明如何恢复它们。之后请删除该文件夹。</translation>
    </message>
    <message>
        <source>The unsaved labels are in {folder}.</source>
        <translation>未保存的标签在 {folder} 中。</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>It differs: unlabelled or a hidden class</source>
        <translation>有差异：未标注或隐藏的类别</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Probability of {name}</source>
        <translation>{name} 的概率</translation>
    </message>
    <message>
        <source>Same as the other label (dimmed)</source>
        <translation>与另一标签相同（变暗）</translation>
    </message>
    <message>
        <source>Same as the prediction (dimmed)</source>
        <translation>与预测相同（较暗）</translation>
    </message>
    <message>
        <source>Your label differs from the other one</source>
        <translation>您的标签与另一标签不同</translation>
    </message>
    <message>
        <source>Your label differs from the prediction</source>
        <translation>您的标签与预测不同</translation>
    </message>
    <message>
        <source>certain</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>uncertain</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>{n} more classes</source>
        <translation>另有 {n} 个类别</translation>
    </message>
</context>
<context>
    <name>LevelChoice</name>
    <message>
        <source>Blue</source>
        <translation>蓝</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>灰</translation>
    </message>
    <message>
        <source>Highest level</source>
        <translation>最高值</translation>
    </message>
    <message>
        <source>Lowest level</source>
        <translation>最低值</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>红</translation>
    </message>
</context>
<context>
    <name>LevelHistogram</name>
    <message>
        <source>Drag the ends of the range</source>
        <translation>拖动范围的两端</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>直方图</translation>
    </message>
</context>
<context>
    <name>LevelWiring</name>
    <message>
        <source>Reading the values of the file…</source>
        <translation>正在读取文件中的数值…</translation>
    </message>
    <message>
        <source>Window {window}, level {level}</source>
        <translation>窗宽 {window}，窗位 {level}</translation>
    </message>
</context>
<context>
    <name>Live</name>
    <message>
        <source>Close other programs, or choose the device “cpu” in the tab Model.</source>
        <translation>请关闭其他程序，或在“模型”选项卡中选择设备“cpu”。</translation>
    </message>
    <message>
        <source>Install Maskwright again.</source>
        <translation>请重新安装 Maskwright。</translation>
    </message>
    <message>
        <source>Live is off: something went wrong that Maskwright did not expect.</source>
        <translation>实时已关闭：发生了 Maskwright 未预料到的错误。</translation>
    </message>
    <message>
        <source>Live is off: there is not enough memory for this image.</source>
        <translation>“实时”已关闭：内存不足以处理此图像。</translation>
    </message>
    <message>
        <source>Live is off: {name} cannot be loaded ({reason}).</source>
        <translation>“实时”已关闭：无法加载 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>Live is off: {reason}</source>
        <translation>“实时”已关闭：{reason}</translation>
    </message>
    <message>
        <source>The log has the details (Help menu).</source>
        <translation>详情见日志（“帮助”菜单）。</translation>
    </message>
    <message>
        <source>You can go on painting. Switch Live on to try again.</source>
        <translation>您可以继续绘制。打开“实时”即可再试。</translation>
    </message>
</context>
<context>
    <name>LiveAdaptation</name>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Live follows the model in use from now on, where it is right.</source>
        <translation>从现在起，“实时”在使用中的模型正确之处遵循该模型。</translation>
    </message>
    <message>
        <source>Live suggests labels for {count} pixels; Undo takes them back.</source>
        <translation>“实时”为 {count} 个像素建议了标签；撤销可收回。</translation>
    </message>
    <message>
        <source>Live: 1 pixel changed</source>
        <translation>实时：更改了 1 个像素</translation>
    </message>
    <message>
        <source>Live: everything is “{name}” so far. Paint another class where it is not.</source>
        <translation>实时：目前一切都是“{name}”。请在不是它的地方绘制另一类别。</translation>
    </message>
    <message>
        <source>Live: {count} pixels changed</source>
        <translation>实时：更改了 {count} 个像素</translation>
    </message>
    <message>
        <source>Prepare Live</source>
        <translation>准备“实时”</translation>
    </message>
</context>
<context>
    <name>LiveWiring</name>
    <message>
        <source>Live is getting ready…</source>
        <translation>“实时”正在准备…</translation>
    </message>
    <message>
        <source>What you paint meanwhile gets its answer then.</source>
        <translation>您在此期间绘制的内容会在之后得到回应。</translation>
    </message>
</context>
<context>
    <name>LivewireTool</name>
    <message>
        <source>Click on a border and follow it; a click on the first point, or Enter, paints what is inside.</source>
        <translation>单击边界并沿边界移动；单击第一个点或按 Enter 即绘制其内部。</translation>
    </message>
    <message>
        <source>Livewire</source>
        <translation>智能剪刀</translation>
    </message>
    <message>
        <source>point</source>
        <translation>点</translation>
    </message>
</context>
<context>
    <name>LoadingNote</name>
    <message>
        <source>Loading {name}…</source>
        <translation>正在加载 {name}…</translation>
    </message>
    <message>
        <source>No image is shown. Choose one in the list at the left.</source>
        <translation>没有显示图像。请在左侧列表中选择一张。</translation>
    </message>
    <message>
        <source>There are no images in {folder}. Put some there and choose {action}.</source>
        <translation>{folder} 中没有图像。请放入一些图像，然后选择{action}。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>{name} (read-only)</source>
        <translation>{name}（只读）</translation>
    </message>
</context>
<context>
    <name>MarkingDone</name>
    <message>
        <source>1 image is marked as done.</source>
        <translation>1 张图像已标记为完成。</translation>
    </message>
    <message>
        <source>1 stays as it was: done already, without labels, or unreadable.</source>
        <translation>1 张保持原样：已经完成、没有标签或无法读取。</translation>
    </message>
    <message>
        <source>Changed since, and therefore still done: {left}.</source>
        <translation>此后更改过、因此仍为完成：{left}。</translation>
    </message>
    <message>
        <source>Dismiss; the images stay done</source>
        <translation>关闭；图像仍为完成</translation>
    </message>
    <message>
        <source>Images are still being marked; wait until that is done.</source>
        <translation>仍在标记图像；请等待其完成。</translation>
    </message>
    <message>
        <source>Images that are as they were before: {count}.</source>
        <translation>已恢复原样的图像：{count}。</translation>
    </message>
    <message>
        <source>Make these images as they were before they were marked</source>
        <translation>使这些图像恢复为标记完成之前的样子</translation>
    </message>
    <message>
        <source>Mark images as done</source>
        <translation>将图像标记为完成</translation>
    </message>
    <message>
        <source>No image was marked: they are done already, or nothing in them is labelled yet.</source>
        <translation>没有标记任何图像：它们已经完成，或其中没有任何标签。</translation>
    </message>
    <message>
        <source>Undo “Mark images as done”</source>
        <translation>撤销“将图像标记为完成”</translation>
    </message>
    <message>
        <source>{count} images are marked as done.</source>
        <translation>{count} 张图像已标记为完成。</translation>
    </message>
    <message>
        <source>{left} stay as they were: done already, without labels, or unreadable.</source>
        <translation>{left} 张保持原样：已经完成、没有标签或无法读取。</translation>
    </message>
</context>
<context>
    <name>MergeDialog</name>
    <message>
        <source>&amp;Copy the images that only the other project has (images: {n}, {size} MB)</source>
        <translation>复制只有另一个项目才有的图像(&amp;C)（图像：{n}，{size} MB）</translation>
    </message>
    <message>
        <source>&amp;Keep the labels of this project</source>
        <translation>保留本项目的标签(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Use the labels of the other project</source>
        <translation>使用另一个项目的标签(&amp;U)</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Merge another project</source>
        <translation>合并另一个项目</translation>
    </message>
    <message>
        <source>Packed project</source>
        <translation>打包项目</translation>
    </message>
    <message>
        <source>Packed project (*.zip)</source>
        <translation>打包项目 (*.zip)</translation>
    </message>
    <message>
        <source>Packed project…</source>
        <translation>打包项目…</translation>
    </message>
    <message>
        <source>Persons labelled {pixels} pixels differently in the two projects (images: {images}).</source>
        <translation>两个项目中有 {pixels} 个像素由人标注得不同（图像：{images}）。</translation>
    </message>
    <message>
        <source>Project folder or packed project</source>
        <translation>项目文件夹或打包项目</translation>
    </message>
    <message>
        <source>Takes over labels, classes and marks of another project, which stays as it is.</source>
        <translation>接收另一个项目的标签、类别和标记；另一个项目保持不变。</translation>
    </message>
    <message>
        <source>The other project</source>
        <translation>另一个项目</translation>
    </message>
</context>
<context>
    <name>MergeNotice</name>
    <message>
        <source>Dismiss; the merge stays</source>
        <translation>关闭；合并保留</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Take back labels and marks; new classes and copied images stay</source>
        <translation>撤回标签和标记；新类别和已复制的图像保留</translation>
    </message>
</context>
<context>
    <name>MergeText</name>
    <message>
        <source>Classes that both have: {names}.</source>
        <translation>双方都有的类别：{names}。</translation>
    </message>
    <message>
        <source>Images that both have, labelled in the other project: {n}. Images that get labels here: {changing}.</source>
        <translation>双方都有且在另一个项目中已标注的图像：{n}。将在此获得标签的图像：{changing}。</translation>
    </message>
    <message>
        <source>Left out: {n}.</source>
        <translation>略过：{n}。</translation>
    </message>
    <message>
        <source>Merged: images whose labels changed: {merged}; images copied: {copied}.</source>
        <translation>已合并：{merged} 张图像的标签已更改；已复制的图像：{copied}。</translation>
    </message>
    <message>
        <source>New classes: {names}.</source>
        <translation>新类别：{names}。</translation>
    </message>
    <message>
        <source>Pixels labelled differently: {n}; now they have the labels of one: {whose}.</source>
        <translation>标注不同的像素：{n}；现在采用其中一方的标签：{whose}。</translation>
    </message>
    <message>
        <source>Verdicts, flags and notes taken over: {n}.</source>
        <translation>已接收的审核结果、旗标和备注：{n}。</translation>
    </message>
    <message>
        <source>those of the other project</source>
        <translation>另一个项目的</translation>
    </message>
    <message>
        <source>those of this project</source>
        <translation>本项目的</translation>
    </message>
    <message>
        <source>{image}: neither project has the image of these labels</source>
        <translation>{image}：两个项目都没有这些标签的图像</translation>
    </message>
    <message>
        <source>{image}: {n} pixels differ</source>
        <translation>{image}：{n} 个像素不同</translation>
    </message>
    <message>
        <source>{there} is called {here} here, because another image has its name.</source>
        <translation>{there} 在此称为 {here}，因为另一张图像已使用其名称。</translation>
    </message>
</context>
<context>
    <name>Merging</name>
    <message>
        <source>Changed since, and therefore not: {left}.</source>
        <translation>此后又有更改，因此未恢复：{left}。</translation>
    </message>
    <message>
        <source>Images that are as they were before: {count}.</source>
        <translation>已恢复原状的图像：{count}。</translation>
    </message>
    <message>
        <source>Merge projects</source>
        <translation>合并项目</translation>
    </message>
    <message>
        <source>The merge was stopped. {done}</source>
        <translation>合并已停止。{done}</translation>
    </message>
    <message>
        <source>Undo “{name}”</source>
        <translation>撤销“{name}”</translation>
    </message>
</context>
<context>
    <name>Minimap</name>
    <message>
        <source>Click or drag to show another part of the image</source>
        <translation>单击或拖动以显示图像的其他部分</translation>
    </message>
    <message>
        <source>Minimap</source>
        <translation>缩略导航图</translation>
    </message>
</context>
<context>
    <name>ModelFacts</name>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Mean IoU</source>
        <translation>平均 IoU</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Trained from</source>
        <translation>训练起点</translation>
    </message>
    <message>
        <source>bundled</source>
        <translation>内置</translation>
    </message>
    <message>
        <source>in this project</source>
        <translation>在本项目中</translation>
    </message>
    <message>
        <source>knows {known} of this project's {total}</source>
        <translation>认识本项目 {total} 个类别中的 {known} 个</translation>
    </message>
    <message>
        <source>on this machine</source>
        <translation>在本机上</translation>
    </message>
    <message>
        <source>to be downloaded</source>
        <translation>需下载</translation>
    </message>
    <message>
        <source>{size} MB</source>
        <translation>{size} MB</translation>
    </message>
    <message>
        <source>{value} on held-out images</source>
        <translation>{value}（留出图像）</translation>
    </message>
    <message>
        <source>{value} on images of the project {name}</source>
        <translation>{value}（项目 {name} 的图像）</translation>
    </message>
    <message>
        <source>{value} on other images, not of this project</source>
        <translation>{value}（其他图像，不属于本项目）</translation>
    </message>
</context>
<context>
    <name>ModelPanel</name>
    <message>
        <source>A model labels what nobody has painted. Choose an image in the list first.</source>
        <translation>模型会标注尚未绘制的部分。请先在列表中选择一张图像。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Back to {name}</source>
        <translation>返回到 {name}</translation>
    </message>
    <message>
        <source>Choose for each of its classes the class of this project that it stands for. If there is none, cancel, paint a few images and fine-tune: the new version knows your classes.</source>
        <translation>为它的每个类别选择所对应的本项目类别。如果没有，请取消，绘制几张图像并微调：新版本认识您的类别。</translation>
    </message>
    <message>
        <source>Choose its classes…</source>
        <translation>选择其类别…</translation>
    </message>
    <message>
        <source>Classes of this model…</source>
        <translation>此模型的类别…</translation>
    </message>
    <message>
        <source>Copy a model into this project: a checkpoint, a network of another library, or its folder</source>
        <translation>把模型复制到此项目：检查点、其他库的网络或其文件夹</translation>
    </message>
    <message>
        <source>Every version of this project, how good it is, and a click to use it</source>
        <translation>本项目的每个版本及其优劣，单击即可使用</translation>
    </message>
    <message>
        <source>Import a checkpoint…</source>
        <translation>导入检查点…</translation>
    </message>
    <message>
        <source>IoU {value}</source>
        <translation>IoU {value}</translation>
    </message>
    <message>
        <source>Label what nobody has painted yet in this image</source>
        <translation>标注此图像中尚无人绘制的部分</translation>
    </message>
    <message>
        <source>Leave out classes that were often wrong on held-out images.
A missing thing costs one stroke, a false one many. Heatmaps still show every class.</source>
        <translation>略去在留出图像上经常出错的类别。
漏掉一个物体只需一笔，误判一个要费许多笔。热图仍显示每个类别。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Only images that have no prediction yet</source>
        <translation>仅限尚无预测的图像</translation>
    </message>
    <message>
        <source>Only reliable classes</source>
        <translation>仅可靠的类别</translation>
    </message>
    <message>
        <source>Predict each image when it opens</source>
        <translation>打开图像时即预测</translation>
    </message>
    <message>
        <source>Predict every image that is not done; what was painted stays</source>
        <translation>预测每张未完成的图像；绘制的内容保留</translation>
    </message>
    <message>
        <source>Predict remaining</source>
        <translation>预测其余</translation>
    </message>
    <message>
        <source>Predict remaining ({count})</source>
        <translation>预测其余（{count}）</translation>
    </message>
    <message>
        <source>Predict this image</source>
        <translation>预测此图像</translation>
    </message>
    <message>
        <source>The model is still being loaded.</source>
        <translation>模型仍在加载。</translation>
    </message>
    <message>
        <source>The model that predicts: versions made in this project, then the catalogue</source>
        <translation>用于预测的模型：先是本项目中产生的版本，然后是目录</translation>
    </message>
    <message>
        <source>This model knows none of your classes. Say which of its classes stand for yours, or paint a few images and fine-tune it in the tab Train.</source>
        <translation>此模型不认识您的任何类别。请指定它的哪些类别对应您的类别，或绘制几张图像并在“训练”标签页中微调它。</translation>
    </message>
    <message>
        <source>Use the model from before again</source>
        <translation>重新使用之前的模型</translation>
    </message>
    <message>
        <source>Versions…</source>
        <translation>版本…</translation>
    </message>
    <message>
        <source>Which class of the model is which class of this project</source>
        <translation>模型的哪个类别对应本项目的哪个类别</translation>
    </message>
    <message>
        <source>download, {size}</source>
        <translation>下载，{size}</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>1 unreadable image was passed over.</source>
        <translation>跳过了 1 张无法读取的图像。</translation>
    </message>
    <message>
        <source>Create project</source>
        <translation>创建项目</translation>
    </message>
    <message>
        <source>Look for images</source>
        <translation>查找图像</translation>
    </message>
    <message>
        <source>Open the sample project</source>
        <translation>打开示例项目</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>打开 {name}</translation>
    </message>
    <message>
        <source>Paint a nucleus, then the background: Live labels the rest.</source>
        <translation>绘制一个细胞核，然后绘制背景：“实时”会标注其余部分。</translation>
    </message>
    <message>
        <source>Restore unsaved edits</source>
        <translation>恢复未保存的编辑</translation>
    </message>
    <message>
        <source>The bundled model knows these classes: predict this image.</source>
        <translation>内置模型认识这些类别：请预测此图像。</translation>
    </message>
    <message>
        <source>The list of images is still being read.</source>
        <translation>仍在读取图像列表。</translation>
    </message>
    <message>
        <source>This is the first image.</source>
        <translation>这是第一张图像。</translation>
    </message>
    <message>
        <source>This is the last image.</source>
        <translation>这是最后一张图像。</translation>
    </message>
    <message>
        <source>{count} unreadable images were passed over.</source>
        <translation>跳过了 {count} 张无法读取的图像。</translation>
    </message>
    <message>
        <source>{name} is not done: nothing in it is labelled yet.</source>
        <translation>{name} 未标记为完成：其中还没有任何标签。</translation>
    </message>
</context>
<context>
    <name>NewProjectDialog</name>
    <message>
        <source>Choose a folder.</source>
        <translation>请选择一个文件夹。</translation>
    </message>
    <message>
        <source>Class list</source>
        <translation>类别列表</translation>
    </message>
    <message>
        <source>Class lists (*.json *.txt);;All files (*)</source>
        <translation>类别列表 (*.json *.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Class names, one on each line</source>
        <translation>类别名称，每行一个</translation>
    </message>
    <message>
        <source>Create project</source>
        <translation>创建项目</translation>
    </message>
    <message>
        <source>Folder of label maps to import</source>
        <translation>要导入的标签图文件夹</translation>
    </message>
    <message>
        <source>Import existing label maps from (optional)</source>
        <translation>导入已有的标签图，位于（可选）</translation>
    </message>
    <message>
        <source>Labels are kept as ordinary files in</source>
        <translation>标签以普通文件保存在</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>One name on each line. You can add, rename and recolour classes later.</source>
        <translation>每行一个名称。以后可以添加、重命名类别和更改颜色。</translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation>项目文件夹</translation>
    </message>
    <message>
        <source>Read from a file…</source>
        <translation>从文件读取…</translation>
    </message>
    <message>
        <source>The project folder is missing.</source>
        <translation>缺少项目文件夹。</translation>
    </message>
    <message>
        <source>Which classes do you want to label in “{name}”?</source>
        <translation>您想在“{name}”中标注哪些类别？</translation>
    </message>
    <message>
        <source>Your images are never changed or copied.</source>
        <translation>您的图像绝不会被更改或复制。</translation>
    </message>
    <message>
        <source>background
road
car</source>
        <translation>背景
道路
汽车</translation>
    </message>
    <message>
        <source>from {name}</source>
        <translation>来自 {name}</translation>
    </message>
</context>
<context>
    <name>NextRegion</name>
    <message>
        <source>Ranking the images…</source>
        <translation>正在给图像排序…</translation>
    </message>
    <message>
        <source>There is no earlier region.</source>
        <translation>没有更早的区域。</translation>
    </message>
    <message>
        <source>There is nothing to rank yet. Choose {predict_all}, or label an image.</source>
        <translation>还没有可排序的内容。请选择{predict_all}，或标注一张图像。</translation>
    </message>
    <message>
        <source>You have visited every uncertain region.</source>
        <translation>您已查看所有不确定区域。</translation>
    </message>
</context>
<context>
    <name>NoteField</name>
    <message>
        <source>Note on this image</source>
        <translation>此图像的备注</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Dismiss message</source>
        <translation>关闭消息</translation>
    </message>
</context>
<context>
    <name>NoticeStack</name>
    <message>
        <source>Show the older notices, too</source>
        <translation>同时显示较早的通知</translation>
    </message>
    <message>
        <source>{n} older</source>
        <translation>较早：{n}</translation>
    </message>
</context>
<context>
    <name>PackDialog</name>
    <message>
        <source>&amp;Images</source>
        <translation>图像(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Models that were trained here</source>
        <translation>在此训练的模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Predictions</source>
        <translation>预测(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Undo history</source>
        <translation>撤销历史(&amp;U)</translation>
    </message>
    <message>
        <source>Into the zip file</source>
        <translation>打包到 zip 文件</translation>
    </message>
    <message>
        <source>Pack</source>
        <translation>打包</translation>
    </message>
    <message>
        <source>Pack the project</source>
        <translation>打包项目</translation>
    </message>
    <message>
        <source>Packed project (*.zip)</source>
        <translation>打包的项目 (*.zip)</translation>
    </message>
    <message>
        <source>Packs labels, classes, settings and notes into one zip file. Open or drop it in another Maskwright to unpack it.</source>
        <translation>将标签、类别、设置和备注打包成一个 zip 文件。在另一个 Maskwright 中打开或拖入该文件即可解压。</translation>
    </message>
    <message>
        <source>This file exists and will be replaced.</source>
        <translation>该文件已存在，将被替换。</translation>
    </message>
    <message>
        <source>Without them, whoever unpacks the project needs the same images</source>
        <translation>如不包含图像，解压项目的人需要有相同的图像</translation>
    </message>
    <message>
        <source>Zip file</source>
        <translation>zip 文件</translation>
    </message>
</context>
<context>
    <name>Packing</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Pack the project</source>
        <translation>打包项目</translation>
    </message>
    <message>
        <source>Packed into {file} ({size} MB). Label maps: {labelled}, images: {images}.</source>
        <translation>已打包到 {file}（{size} MB）。标签图：{labelled}，图像：{images}。</translation>
    </message>
    <message>
        <source>Show the packed project</source>
        <translation>显示打包的项目</translation>
    </message>
    <message>
        <source>{n} files could not be read and are left out: {names}.</source>
        <translation>{n} 个文件无法读取，已略去：{names}。</translation>
    </message>
</context>
<context>
    <name>PageChoice</name>
    <message>
        <source>Look for images</source>
        <translation>查找图像</translation>
    </message>
    <message>
        <source>{name} has {count} grey pages of one size. Each is an image with labels of its own.</source>
        <translation>{name} 有 {count} 个大小相同的灰度页。每一页是一幅有自己标签的图像。</translation>
    </message>
</context>
<context>
    <name>PageNotice</name>
    <message>
        <source>Keep each page as an image</source>
        <translation>每一页保持为一幅图像</translation>
    </message>
    <message>
        <source>Lists such a file as one image, with its pages as channels in the tab View. Labels stay.</source>
        <translation>将这样的文件列为一幅图像，其各页作为“视图”选项卡中的通道。标签保留不变。</translation>
    </message>
    <message>
        <source>They are channels</source>
        <translation>它们是通道</translation>
    </message>
</context>
<context>
    <name>PagesBrowser</name>
    <message>
        <source>No page has this text.</source>
        <translation>没有页面包含此文字。</translation>
    </message>
</context>
<context>
    <name>PagesDialog</name>
    <message>
        <source>All pages</source>
        <translation>所有页面</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Documentation</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Search all pages</source>
        <translation>搜索所有页面</translation>
    </message>
    <message>
        <source>The pages were not installed with Maskwright. They are in the folder docs of its sources.</source>
        <translation>这些页面没有随 Maskwright 安装。它们在源代码的 docs 文件夹中。</translation>
    </message>
</context>
<context>
    <name>PaletteMenu</name>
    <message>
        <source>Undo the change of colours</source>
        <translation>撤销颜色更改</translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Correct a few images, then fine-tune the model on them. You choose whether to keep the new model.</source>
        <translation>修正几张图像，然后用它们微调模型。是否保留新模型由您决定。</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Moves the borders of the prediction to edges in the image. Drag a slider to preview the result; press {refine} to apply it.</source>
        <translation>将预测的边界移到图像中的边缘。拖动滑块可预览结果；按 {refine} 应用。</translation>
    </message>
    <message>
        <source>Press the key of a class to paint with it. Double-click its name or its colour to change it.</source>
        <translation>按类别的键即可用它绘制。双击其名称或颜色可更改。</translation>
    </message>
    <message>
        <source>Refine</source>
        <translation>细化</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>{next} and {previous} open the next and the previous image. {done_next} marks the image as done and opens the next one. {next_region} zooms to where a correction helps most.</source>
        <translation>{next}和{previous}打开下一张和上一张图像。{done_next}将图像标记为完成并打开下一张。{next_region}放大到修正最有帮助之处。</translation>
    </message>
    <message>
        <source>{predict} predicts the labels of this image. Pixels that you painted are not changed.</source>
        <translation>{predict}预测此图像的标签。您绘制的像素不变。</translation>
    </message>
    <message>
        <source>{view_cycle} shows the next view. Hold Tab to see the image alone.</source>
        <translation>{view_cycle}切换到下一种视图。按住 Tab 可仅看图像。</translation>
    </message>
</context>
<context>
    <name>ParameterSliders</name>
    <message>
        <source> levels</source>
        <translation> 级</translation>
    </message>
    <message>
        <source> px</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>Colour edges</source>
        <translation>颜色边缘</translation>
    </message>
    <message>
        <source>How far apart two pixels of similar colour may be and still affect each other</source>
        <translation>两个颜色相近的像素相距多远仍会互相影响</translation>
    </message>
    <message>
        <source>How far the smoothing reaches; large values remove thin structures</source>
        <translation>平滑作用的距离；值大会去掉细小结构</translation>
    </message>
    <message>
        <source>How much similar colours may differ, of 255 levels; small values follow weak edges</source>
        <translation>相近颜色可相差多少（255 级）；值小则跟随较弱的边缘</translation>
    </message>
    <message>
        <source>How strongly nearby pixels of similar colour prefer one class; 0 turns it off</source>
        <translation>颜色相近的邻近像素归为同一类别的倾向有多强；0 为关闭</translation>
    </message>
    <message>
        <source>How strongly neighbouring pixels of any colour prefer one class; removes specks; 0 turns it off</source>
        <translation>任意颜色的相邻像素归为同一类别的倾向有多强；可去除斑点；0 为关闭</translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation>迭代次数</translation>
    </message>
    <message>
        <source>Mean-field iterations; more than 10 hardly change anything</source>
        <translation>平均场迭代次数；超过 10 次几乎没有变化</translation>
    </message>
    <message>
        <source>Reach θα</source>
        <translation>范围 θα</translation>
    </message>
    <message>
        <source>Reach θγ</source>
        <translation>范围 θγ</translation>
    </message>
    <message>
        <source>Smoothness</source>
        <translation>平滑度</translation>
    </message>
    <message>
        <source>Tolerance θβ</source>
        <translation>容差 θβ</translation>
    </message>
    <message>
        <source>Weight w₁</source>
        <translation>权重 w₁</translation>
    </message>
    <message>
        <source>Weight w₂</source>
        <translation>权重 w₂</translation>
    </message>
</context>
<context>
    <name>ParameterTuning</name>
    <message>
        <source>Mean IoU on held-out images: {before} → {after} (without the CRF {without}).</source>
        <translation>留出图像上的平均 IoU：{before} → {after}（不用 CRF 为 {without}）。</translation>
    </message>
    <message>
        <source>Reading the corrected images</source>
        <translation>正在读取已修正的图像</translation>
    </message>
    <message>
        <source>Tuned and validated on parts of one image.</source>
        <translation>在一张图像的不同部分上调优和验证。</translation>
    </message>
    <message>
        <source>Tuned on {n} images, validated on {m}.</source>
        <translation>在 {n} 张图像上调优，在 {m} 张上验证。</translation>
    </message>
</context>
<context>
    <name>PlaceRow</name>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
</context>
<context>
    <name>PointerReadout</name>
    <message>
        <source>Grey {value}</source>
        <translation>灰度 {value}</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Model: none of the classes</source>
        <translation>模型：没有其中任何类别</translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation>模型：{name}</translation>
    </message>
    <message>
        <source>Model: {name} {probability}</source>
        <translation>模型：{name} {probability}</translation>
    </message>
    <message>
        <source>RGB {red} {green} {blue}</source>
        <translation>RGB {red} {green} {blue}</translation>
    </message>
    <message>
        <source>Stored {values}</source>
        <translation>存储值 {values}</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>painted</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>painted, confirmed</source>
        <translation>绘制并确认</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>unlabelled</source>
        <translation>未标注</translation>
    </message>
    <message>
        <source>value {n}</source>
        <translation>值 {n}</translation>
    </message>
</context>
<context>
    <name>PolicyMenu</name>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Only over:</source>
        <translation>仅可覆盖：</translation>
    </message>
    <message>
        <source>Only unchecked pixels</source>
        <translation>仅未检查的像素</translation>
    </message>
    <message>
        <source>Paint over: {what}</source>
        <translation>可覆盖：{what}</translation>
    </message>
    <message>
        <source>Unlabelled</source>
        <translation>未标注</translation>
    </message>
    <message>
        <source>What you painted or confirmed stays; unlabelled and predicted pixels may change</source>
        <translation>您绘制或确认过的内容保留；未标注和预测的像素可以更改</translation>
    </message>
    <message>
        <source>everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>unchecked pixels</source>
        <translation>未检查的像素</translation>
    </message>
    <message>
        <source>unlabelled</source>
        <translation>未标注</translation>
    </message>
    <message>
        <source>{n} classes</source>
        <translation>{n} 个类别</translation>
    </message>
    <message>
        <source>{what}, unchecked</source>
        <translation>{what}，未检查</translation>
    </message>
</context>
<context>
    <name>PolygonTool</name>
    <message>
        <source>Click the corners; a click on the first one closes the polygon, Enter paints it.</source>
        <translation>单击各个顶点；单击第一个顶点即闭合多边形，按 Enter 绘制。</translation>
    </message>
    <message>
        <source>Enter paints it. Drag corners or sides to change them; the right button removes a corner.</source>
        <translation>按 Enter 绘制。拖动顶点或边可修改；右键移除顶点。</translation>
    </message>
    <message>
        <source>Enter paints the polygon; Esc drops it.</source>
        <translation>按 Enter 绘制多边形；按 Esc 放弃。</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>closing the polygon</source>
        <translation>闭合多边形</translation>
    </message>
    <message>
        <source>corner</source>
        <translation>顶点</translation>
    </message>
    <message>
        <source>moving a corner</source>
        <translation>移动顶点</translation>
    </message>
    <message>
        <source>removing a corner</source>
        <translation>移除顶点</translation>
    </message>
</context>
<context>
    <name>Predictions</name>
    <message>
        <source>1 image could not be predicted: {name}: {reason}</source>
        <translation>1 张图像无法预测：{name}：{reason}</translation>
    </message>
    <message>
        <source>1 image predicted.</source>
        <translation>已预测 1 张图像。</translation>
    </message>
    <message>
        <source>1 unreadable image was passed over.</source>
        <translation>跳过了 1 张无法读取的图像。</translation>
    </message>
    <message>
        <source>Accept prediction</source>
        <translation>接受预测</translation>
    </message>
    <message>
        <source>Import {name}</source>
        <translation>导入 {name}</translation>
    </message>
    <message>
        <source>Load model</source>
        <translation>加载模型</translation>
    </message>
    <message>
        <source>Open a project first.</source>
        <translation>请先打开一个项目。</translation>
    </message>
    <message>
        <source>Open an image first.</source>
        <translation>请先打开一张图像。</translation>
    </message>
    <message>
        <source>Predict images</source>
        <translation>预测图像</translation>
    </message>
    <message>
        <source>Predict {name}</source>
        <translation>预测 {name}</translation>
    </message>
    <message>
        <source>Stopped. What is predicted already stays.</source>
        <translation>已停止。已有的预测保留。</translation>
    </message>
    <message>
        <source>The image was replaced while it was predicted: predict it again.</source>
        <translation>图像在预测期间被替换：请重新预测。</translation>
    </message>
    <message>
        <source>The others are predicted. Mend or remove these files, then predict the rest again.</source>
        <translation>其余已预测。请修复或移除这些文件，然后再次预测其余图像。</translation>
    </message>
    <message>
        <source>The project is open read-only.</source>
        <translation>项目以只读方式打开。</translation>
    </message>
    <message>
        <source>{count} images could not be predicted. The first is {name}: {reason}</source>
        <translation>{count} 张图像无法预测。第一张是 {name}：{reason}</translation>
    </message>
    <message>
        <source>{count} images predicted.</source>
        <translation>已预测 {count} 张图像。</translation>
    </message>
    <message>
        <source>{count} unreadable images were passed over.</source>
        <translation>跳过了 {count} 张无法读取的图像。</translation>
    </message>
</context>
<context>
    <name>PresetChoice</name>
    <message>
        <source>Changes only undecided pixels and keeps thin objects. A good start</source>
        <translation>只更改未定的像素，保留细小物体。适合作为起点</translation>
    </message>
    <message>
        <source>DeepLab</source>
        <translation>DeepLab</translation>
    </message>
    <message>
        <source>For coarse predictions of large areas; thin objects disappear</source>
        <translation>适合大面积的粗略预测；细小物体会消失</translation>
    </message>
    <message>
        <source>Gentle</source>
        <translation>温和</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Restore the default values</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>强</translation>
    </message>
    <message>
        <source>The values of DeepLab v2 for PASCAL VOC: for photos of a few large objects</source>
        <translation>DeepLab v2 用于 PASCAL VOC 的值：适合只有几个大物体的照片</translation>
    </message>
    <message>
        <source>Tuned here</source>
        <translation>在此调优</translation>
    </message>
    <message>
        <source>Tuned on the corrected images of this project</source>
        <translation>用本项目的已修正图像调优</translation>
    </message>
    <message>
        <source>Values to start from</source>
        <translation>初始值</translation>
    </message>
    <message>
        <source>Your own values</source>
        <translation>您自己的值</translation>
    </message>
</context>
<context>
    <name>ProjectCommands</name>
    <message>
        <source>Another change of all images is still going on.</source>
        <translation>另一项针对所有图像的更改仍在进行。</translation>
    </message>
    <message>
        <source>Changed since, and therefore not: {left}.</source>
        <translation>此后更改过、因此未恢复：{left}。</translation>
    </message>
    <message>
        <source>Dismiss; the images stay as they are</source>
        <translation>关闭；图像保持现状</translation>
    </message>
    <message>
        <source>Done again in this image only; the others stay as they are.</source>
        <translation>仅在此图像中重做；其他图像保持不变。</translation>
    </message>
    <message>
        <source>Every pixel of “{old}” becomes “{new}”, in all images, and “{old}” is removed.</source>
        <translation>所有图像中“{old}”的每个像素都变为“{new}”，并移除“{old}”。</translation>
    </message>
    <message>
        <source>Images that are as they were before: {count}.</source>
        <translation>已恢复原样的图像：{count}。</translation>
    </message>
    <message>
        <source>Make the images as they were before</source>
        <translation>使图像恢复为之前的样子</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Merge classes</source>
        <translation>合并类别</translation>
    </message>
    <message>
        <source>Merge “{old}” into “{new}”?</source>
        <translation>将“{old}”合并到“{new}”？</translation>
    </message>
    <message>
        <source>No image has pixels of this class.</source>
        <translation>没有图像含有此类别的像素。</translation>
    </message>
    <message>
        <source>Not readable, and therefore as before: {n}.</source>
        <translation>无法读取、因此保持原样：{n}。</translation>
    </message>
    <message>
        <source>Replace a class</source>
        <translation>替换类别</translation>
    </message>
    <message>
        <source>Replace a class in all images</source>
        <translation>在所有图像中替换类别</translation>
    </message>
    <message>
        <source>So the class stays in the list.</source>
        <translation>因此该类别保留在列表中。</translation>
    </message>
    <message>
        <source>Taken back in this image only; the others stay changed.</source>
        <translation>仅在此图像中撤销；其他图像保持更改后的状态。</translation>
    </message>
    <message>
        <source>The project is open read-only: its classes cannot be changed.</source>
        <translation>项目以只读方式打开：无法更改其类别。</translation>
    </message>
    <message>
        <source>This can be undone as a whole; edits before it can no longer be undone, in any image.</source>
        <translation>可以整体撤销；所有图像中在此之前的编辑都无法再撤销。</translation>
    </message>
    <message>
        <source>Undo “{name}”</source>
        <translation>撤销“{name}”</translation>
    </message>
    <message>
        <source>ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>unlabelled</source>
        <translation>未标注</translation>
    </message>
    <message>
        <source>{name}: 1 image was changed.</source>
        <translation>{name}：已更改 1 张图像。</translation>
    </message>
    <message>
        <source>{name}: nothing to change</source>
        <translation>{name}：没有可更改的内容</translation>
    </message>
    <message>
        <source>{name}: {n} images were changed.</source>
        <translation>{name}：已更改 {n} 张图像。</translation>
    </message>
    <message>
        <source>“{name}” is locked. Unlock it in the class list first.</source>
        <translation>“{name}”已锁定。请先在类别列表中解锁。</translation>
    </message>
    <message>
        <source>“{old}” merged into “{new}”: 1 image was changed.</source>
        <translation>已将“{old}”合并到“{new}”：更改了 1 张图像。</translation>
    </message>
    <message>
        <source>“{old}” merged into “{new}”: {n} images were changed.</source>
        <translation>已将“{old}”合并到“{new}”：更改了 {n} 张图像。</translation>
    </message>
    <message>
        <source>“{old}” replaced by “{new}”: 1 image was changed.</source>
        <translation>已将“{old}”替换为“{new}”：更改了 1 张图像。</translation>
    </message>
    <message>
        <source>“{old}” replaced by “{new}”: {n} images were changed.</source>
        <translation>已将“{old}”替换为“{new}”：更改了 {n} 张图像。</translation>
    </message>
</context>
<context>
    <name>Promotion</name>
    <message>
        <source>Fine-tuning is done. {verdict}</source>
        <translation>微调完成。{verdict}</translation>
    </message>
    <message>
        <source>The model from before is in use again. The new version is kept in the model list.</source>
        <translation>重新使用之前的模型。新版本保留在模型列表中。</translation>
    </message>
    <message>
        <source>The model from before stays in use. The new version is kept in the model list.</source>
        <translation>继续使用之前的模型。新版本保留在模型列表中。</translation>
    </message>
    <message>
        <source>The new version could not be loaded. The model from before stays in use.</source>
        <translation>新版本无法加载。继续使用之前的模型。</translation>
    </message>
    <message>
        <source>The new version is being loaded.</source>
        <translation>正在加载新版本。</translation>
    </message>
    <message>
        <source>The new version is in use now. {verdict}</source>
        <translation>现在使用新版本。{verdict}</translation>
    </message>
    <message>
        <source>The new version is in use.</source>
        <translation>新版本正在使用。</translation>
    </message>
    <message>
        <source>The project is open read-only.</source>
        <translation>项目以只读方式打开。</translation>
    </message>
</context>
<context>
    <name>PromptWiring</name>
    <message>
        <source>Click to segment needs a network of the SAM family: two ONNX files, the image encoder and the prompt decoder.</source>
        <translation>点击分割需要 SAM 系列的网络：两个 ONNX 文件，即图像编码器和提示解码器。</translation>
    </message>
    <message>
        <source>Click to segment uses {name}.</source>
        <translation>点击分割使用 {name}。</translation>
    </message>
    <message>
        <source>Image encoder of SAM, MobileSAM, SAM 2 or EfficientSAM</source>
        <translation>SAM、MobileSAM、SAM 2 或 EfficientSAM 的图像编码器</translation>
    </message>
    <message>
        <source>ONNX networks (*.onnx)</source>
        <translation>ONNX 网络 (*.onnx)</translation>
    </message>
    <message>
        <source>Prompt decoder of the same network</source>
        <translation>同一网络的提示解码器</translation>
    </message>
    <message>
        <source>Put NAME.encoder.onnx and NAME.decoder.onnx into {folder}, or choose them in the menu Model. docs/models.md says where such files come from.</source>
        <translation>请将 NAME.encoder.onnx 和 NAME.decoder.onnx 放入 {folder}，或在“模型”菜单中选择它们。docs/models.md 说明这些文件从何而来。</translation>
    </message>
</context>
<context>
    <name>ProtectedClasses</name>
    <message>
        <source>Protect</source>
        <translation>保护</translation>
    </message>
    <message>
        <source>Protected classes keep their predicted pixels. Use this for thin classes, which the CRF would remove</source>
        <translation>受保护的类别保留其预测像素。适用于 CRF 会去掉的细小类别</translation>
    </message>
    <message>
        <source>no class</source>
        <translation>无类别</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Dismiss; nothing is changed</source>
        <translation>关闭；不做任何更改</translation>
    </message>
</context>
<context>
    <name>RangeBar</name>
    <message>
        <source>Drag an end to change it. Drag between the ends: to the side for the level, up and down for the window. A double click goes back to the range of the image.</source>
        <translation>拖动一端可更改。在两端之间拖动：左右调窗位，上下调窗宽。双击恢复为图像的范围。</translation>
    </message>
</context>
<context>
    <name>RankingRun</name>
    <message>
        <source>Rank the images</source>
        <translation>给图像排序</translation>
    </message>
</context>
<context>
    <name>ReadOnlyNotice</name>
    <message>
        <source>Make this the window that writes the project</source>
        <translation>让此窗口成为写入项目的窗口</translation>
    </message>
    <message>
        <source>Take over…</source>
        <translation>接管…</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>打开最近的项目(&amp;R)</translation>
    </message>
</context>
<context>
    <name>RectangleTool</name>
    <message>
        <source>Drag from corner to corner. Shift: as wide as high. Alt: from the middle.</source>
        <translation>从一角拖到另一角。Shift：宽高相等。Alt：从中心开始。</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>{w} × {h} pixels</source>
        <translation>{w} × {h} 像素</translation>
    </message>
</context>
<context>
    <name>RefinePanel</name>
    <message>
        <source>Apply to this image</source>
        <translation>应用到此图像</translation>
    </message>
    <message>
        <source>Borders refined. Undo takes it back.</source>
        <translation>边界已细化。可以撤销。</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>End the preview without applying it (Esc)</source>
        <translation>结束预览而不应用（Esc）</translation>
    </message>
    <message>
        <source>Live preview</source>
        <translation>实时预览</translation>
    </message>
    <message>
        <source>Move predicted borders to the edges in the whole image. What you painted stays</source>
        <translation>将整张图像中预测的边界移到边缘。您绘制的内容保留</translation>
    </message>
    <message>
        <source>Predict this image</source>
        <translation>预测此图像</translation>
    </message>
    <message>
        <source>Preview the visible part of the image while you drag a value</source>
        <translation>拖动数值时预览图像的可见部分</translation>
    </message>
    <message>
        <source>The CRF changed nothing.</source>
        <translation>CRF 没有更改任何内容。</translation>
    </message>
    <message>
        <source>The project is open read-only. You can preview values but not apply them.</source>
        <translation>项目以只读方式打开。您可以预览数值，但不能应用。</translation>
    </message>
    <message>
        <source>This moves the borders of a prediction to edges. Choose an image in the list first.</source>
        <translation>此功能将预测的边界移到图像边缘。请先在列表中选择一张图像。</translation>
    </message>
    <message>
        <source>This moves the borders of a prediction to edges. This image has no prediction yet.</source>
        <translation>此功能将预测的边界移到图像边缘。此图像尚无预测。</translation>
    </message>
</context>
<context>
    <name>Refinement</name>
    <message>
        <source>No image is open.</source>
        <translation>没有打开的图像。</translation>
    </message>
    <message>
        <source>Open an image, then predict it.</source>
        <translation>请打开一张图像，然后预测它。</translation>
    </message>
    <message>
        <source>Predict this image first.</source>
        <translation>请先预测此图像。</translation>
    </message>
    <message>
        <source>Refine borders</source>
        <translation>细化边界</translation>
    </message>
    <message>
        <source>Refine {name}</source>
        <translation>细化 {name}</translation>
    </message>
    <message>
        <source>This image has no prediction to refine.</source>
        <translation>此图像没有可细化的预测。</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Attach this text to your bug report. Maskwright sends nothing. Names of persons, folders and files are left out where they were recognised; look through the text before you pass it on.</source>
        <translation>请将此文本附在您的错误报告中。Maskwright 不会发送任何内容。能识别出的人名、文件夹名和文件名已被略去；转交之前请通读文本。</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Looking at this machine…</source>
        <translation>正在检查这台计算机…</translation>
    </message>
    <message>
        <source>Report for a bug</source>
        <translation>错误报告</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>已保存为 {path}。</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Text of the report</source>
        <translation>报告文本</translation>
    </message>
</context>
<context>
    <name>ReportNotice</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Show the exported files</source>
        <translation>显示导出的文件</translation>
    </message>
</context>
<context>
    <name>ReportText</name>
    <message>
        <source>1 image</source>
        <translation>1 张图像</translation>
    </message>
    <message>
        <source>1 label map imported.</source>
        <translation>已导入 1 个标签图。</translation>
    </message>
    <message>
        <source>Exported to {folder} ({formats}): {n}. Left out: {whole}. Exported in part: {part}.</source>
        <translation>已导出到 {folder}（{formats}）：{n}。略去：{whole}。部分导出：{part}。</translation>
    </message>
    <message>
        <source>Written by an export that was interrupted: {n}.</source>
        <translation>已由中断的导出写入：{n}。</translation>
    </message>
    <message>
        <source>nothing changed: its pixels have labels already, or its labels are ignored</source>
        <translation>没有变化：其像素已有标签，或其标签被忽略</translation>
    </message>
    <message>
        <source>the first: {text}</source>
        <translation>第一个：{text}</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 张图像</translation>
    </message>
    <message>
        <source>{n} label maps imported.</source>
        <translation>已导入 {n} 个标签图。</translation>
    </message>
    <message>
        <source>{n} pixels {reason}</source>
        <translation>{n} 像素{reason}</translation>
    </message>
    <message>
        <source>{n} times ({places}, …): {text}</source>
        <translation>{n} 次（{places}……）：{text}</translation>
    </message>
</context>
<context>
    <name>Rescue</name>
    <message>
        <source>These labels could not be saved in their project, {root}.

To bring them back:
1. Close Maskwright.
2. Copy the folders labels and provenance from here into {root},
   and let them replace the files of the same names there.
3. Open the project again. If all is well, remove {folder}.

The images:
</source>
        <translation>这些标签未能保存到其项目 {root}。

恢复方法：
1. 关闭 Maskwright。
2. 将此处的 labels 和 provenance 文件夹复制到 {root}，
   并让它们替换那里的同名文件。
3. 重新打开项目。如果一切正常，请删除 {folder}。

图像：
</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Go back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Keep current</source>
        <translation>保留当前版本</translation>
    </message>
    <message>
        <source>Mean IoU, held-out images: {count}</source>
        <translation>平均 IoU，留出图像：{count}</translation>
    </message>
    <message>
        <source>Mean IoU, held-out part of the image</source>
        <translation>平均 IoU，图像的留出部分</translation>
    </message>
    <message>
        <source>Predict with it from now on; you can go back at any time</source>
        <translation>从现在起用它预测；随时可以返回</translation>
    </message>
    <message>
        <source>Stay with the model in use; the new version stays in the model list</source>
        <translation>继续使用当前模型；新版本保留在模型列表中</translation>
    </message>
    <message>
        <source>Use it anyway</source>
        <translation>仍然使用</translation>
    </message>
    <message>
        <source>Use new version</source>
        <translation>使用新版本</translation>
    </message>
    <message>
        <source>Use the model from before again; the new version stays in the model list</source>
        <translation>重新使用之前的模型；新版本保留在模型列表中</translation>
    </message>
    <message>
        <source>What changed, class by class…</source>
        <translation>各类别的变化…</translation>
    </message>
</context>
<context>
    <name>ResultNotice</name>
    <message>
        <source>Compare the new version with the model in use, then choose one</source>
        <translation>比较新版本与使用中的模型，然后选择一个</translation>
    </message>
    <message>
        <source>Dismiss; the result stays in the Train tab</source>
        <translation>关闭；结果保留在“训练”选项卡中</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Show result</source>
        <translation>显示结果</translation>
    </message>
    <message>
        <source>Use the model from before again; the new version stays in the model list</source>
        <translation>重新使用之前的模型；新版本保留在模型列表中</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message>
        <source>Dismiss; the verdict stays</source>
        <translation>关闭；结论保留</translation>
    </message>
    <message>
        <source>Every done image of the list is reviewed.</source>
        <translation>列表中每张已完成的图像都已审核。</translation>
    </message>
    <message>
        <source>Make the image and its verdict as they were before</source>
        <translation>将图像及其审核结论恢复原状</translation>
    </message>
    <message>
        <source>The verdict on {name} is taken back.</source>
        <translation>已撤销对 {name} 的审核结论。</translation>
    </message>
    <message>
        <source>Undo “{name}”</source>
        <translation>撤销“{name}”</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>审核结论</translation>
    </message>
    <message>
        <source>{name} is flagged.</source>
        <translation>{name} 已加旗标。</translation>
    </message>
    <message>
        <source>{name} is not flagged any more.</source>
        <translation>{name} 已去掉旗标。</translation>
    </message>
    <message>
        <source>{name} is not reviewed: nothing in it is labelled yet.</source>
        <translation>{name} 未审核：其中尚未标注任何内容。</translation>
    </message>
    <message>
        <source>{name} is rejected and open again.</source>
        <translation>{name} 已退回，重新处理。</translation>
    </message>
    <message>
        <source>{name} is reviewed.</source>
        <translation>{name} 已审核。</translation>
    </message>
    <message>
        <source>{name} was changed since the verdict; its labels stay as they are.</source>
        <translation>{name} 在审核之后已被更改；其标签保持不变。</translation>
    </message>
    <message>
        <source>{n} images are flagged.</source>
        <translation>{n} 张图像已加旗标。</translation>
    </message>
    <message>
        <source>{n} images are not flagged any more.</source>
        <translation>{n} 张图像已去掉旗标。</translation>
    </message>
</context>
<context>
    <name>ReviewBar</name>
    <message>
        <source>1 done image waits.</source>
        <translation>有 1 张已完成的图像等待审核。</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>End the review</source>
        <translation>结束审核</translation>
    </message>
    <message>
        <source>Goes on to the next done image without a verdict</source>
        <translation>转到下一张尚未判定的已完成图像</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一张</translation>
    </message>
    <message>
        <source>No done image waits.</source>
        <translation>没有等待审核的已完成图像。</translation>
    </message>
    <message>
        <source>Reject…</source>
        <translation>退回…</translation>
    </message>
    <message>
        <source>What is wrong? Enter rejects, Esc goes back</source>
        <translation>哪里有误？按 Enter 退回，按 Esc 返回</translation>
    </message>
    <message>
        <source>Why the image is rejected</source>
        <translation>图像被退回的原因</translation>
    </message>
    <message>
        <source>{n} done images wait.</source>
        <translation>有 {n} 张已完成的图像等待审核。</translation>
    </message>
</context>
<context>
    <name>RulerControls</name>
    <message>
        <source>A pixel is</source>
        <translation>一个像素为</translation>
    </message>
    <message>
        <source>A pixel is {size} {unit}.</source>
        <translation>一个像素为 {size} {unit}。</translation>
    </message>
    <message>
        <source>From the image file</source>
        <translation>来自图像文件</translation>
    </message>
    <message>
        <source>Give a unit of length.</source>
        <translation>请给出长度单位。</translation>
    </message>
    <message>
        <source>Own size of a pixel</source>
        <translation>自定像素大小</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Rulers in</source>
        <translation>标尺单位</translation>
    </message>
    <message>
        <source>Size of a pixel</source>
        <translation>像素的大小</translation>
    </message>
    <message>
        <source>The file names no resolution; the rulers show pixels.</source>
        <translation>文件没有给出分辨率；标尺显示像素。</translation>
    </message>
    <message>
        <source>Unit of length</source>
        <translation>长度单位</translation>
    </message>
    <message>
        <source>Unit of the rulers</source>
        <translation>标尺的单位</translation>
    </message>
</context>
<context>
    <name>ScoreTable</name>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>区间</translation>
    </message>
    <message>
        <source>IoU, %</source>
        <translation>IoU，%</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>The model before did not know this class. In its mean the class counts as 0.</source>
        <translation>之前的模型不认识此类别。在其平均值中该类别计为 0。</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source> min</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source> px</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>A prediction leaves out classes of which fewer than 85 % were right on held-out images.</source>
        <translation>预测会略去在留出图像上正确率低于 85 % 的类别。</translation>
    </message>
    <message>
        <source>A scribble is thin: it has to lie inside its region.</source>
        <translation>涂画的线很细：它必须位于区域之内。</translation>
    </message>
    <message>
        <source>A stylus that is pressed lightly paints with a smaller radius.</source>
        <translation>轻按手写笔时以较小的半径绘制。</translation>
    </message>
    <message>
        <source>After each prediction of many images</source>
        <translation>每次预测多张图像之后</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Apple 图形处理器（MPS）</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Automatic takes the fast one, and the exact one for small images.</source>
        <translation>“自动”采用快速引擎，小图像则用精确引擎。</translation>
    </message>
    <message>
        <source>CRF</source>
        <translation>CRF</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Computes the visible part again after each change in the tab Refine.</source>
        <translation>在“细化”选项卡中每次更改后重新计算可见部分。</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Disk space for thumbnails</source>
        <translation>缩略图的磁盘空间</translation>
    </message>
    <message>
        <source>Disk space for versions</source>
        <translation>版本的磁盘空间</translation>
    </message>
    <message>
        <source>Earlier labels of the images, in each project; the oldest go first. 0 keeps none.</source>
        <translation>每个项目中图像较早的标签；最旧的先删除。0 为不保留。</translation>
    </message>
    <message>
        <source>English where there is no translation.</source>
        <translation>没有译文之处显示英文。</translation>
    </message>
    <message>
        <source>Exact (slow)</source>
        <translation>精确（慢）</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Fill by colour</source>
        <translation>按颜色填充</translation>
    </message>
    <message>
        <source>Fill takes a region of similar colours, not one of the same label.</source>
        <translation>填充颜色相近的区域，而不是同一标签的区域。</translation>
    </message>
    <message>
        <source>Good enough</source>
        <translation>足够好</translation>
    </message>
    <message>
        <source>Half of the side of a piece, about; at most 64.</source>
        <translation>约为小块边长的一半；最大 64。</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>High contrast has white on black, and every border is drawn.</source>
        <translation>高对比度为黑底白字，并画出每条边框。</translation>
    </message>
    <message>
        <source>Holds after a restart.</source>
        <translation>重新启动后生效。</translation>
    </message>
    <message>
        <source>How far colours may differ, 0-255, for the magic wand and for Fill by colour.</source>
        <translation>魔棒和按颜色填充时颜色的最大差值，0-255。</translation>
    </message>
    <message>
        <source>How far from the stroke a border may move.</source>
        <translation>边界最多可移动到离笔画多远。</translation>
    </message>
    <message>
        <source>In pixels of the image.</source>
        <translation>以图像像素为单位。</translation>
    </message>
    <message>
        <source>In pixels of the image; the tool bar changes the same.</source>
        <translation>以图像像素为单位；与工具栏中的相同。</translation>
    </message>
    <message>
        <source>It can be ended early, with the best model so far.</source>
        <translation>可以提前结束，保留目前最好的模型。</translation>
    </message>
    <message>
        <source>Keeps what Live sees in the images that come next, so they open ready.</source>
        <translation>保留“实时”对接下来的图像的计算结果，使其打开即用。</translation>
    </message>
    <message>
        <source>Labelling</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>Labels are on the disk so long after a stroke at the latest.</source>
        <translation>画完一笔后，标签最迟在此时间内存到磁盘。</translation>
    </message>
    <message>
        <source>Labels the rest of the image after each stroke.</source>
        <translation>每画一笔后标注图像的其余部分。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Length of a fine-tuning</source>
        <translation>微调时长</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Memory for Live</source>
        <translation>“实时”的内存</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>撤销的内存</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA 显卡（CUDA）</translation>
    </message>
    <message>
        <source>Never download weights; otherwise each download is asked for first.</source>
        <translation>从不下载权重；否则每次下载前都会询问。</translation>
    </message>
    <message>
        <source>No CRF</source>
        <translation>无 CRF</translation>
    </message>
    <message>
        <source>Of one image. The newest 20 edits are always kept, and so is the disk's.</source>
        <translation>针对一张图像。最近的 20 次编辑总会保留，磁盘上的也是如此。</translation>
    </message>
    <message>
        <source>Of the images of all folders; those not seen for longest go first. 0 keeps none.</source>
        <translation>所有文件夹的图像共用；最久未看的先删除。0 表示不保留。</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Only images in which nothing is labelled yet.</source>
        <translation>仅限其中尚无任何标签的图像。</translation>
    </message>
    <message>
        <source>Only reliable classes</source>
        <translation>仅可靠的类别</translation>
    </message>
    <message>
        <source>Predict new images when they are opened</source>
        <translation>打开新图像时即预测</translation>
    </message>
    <message>
        <source>Preview while a slider moves</source>
        <translation>移动滑块时预览</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Program that computes it</source>
        <translation>用于计算的程序</translation>
    </message>
    <message>
        <source>Radius of edge refine</source>
        <translation>边缘细化半径</translation>
    </message>
    <message>
        <source>Radius of smart stroke</source>
        <translation>智能笔画半径</translation>
    </message>
    <message>
        <source>Radius of superpixels</source>
        <translation>超像素半径</translation>
    </message>
    <message>
        <source>Radius of the brush</source>
        <translation>画笔半径</translation>
    </message>
    <message>
        <source>Radius of the eraser</source>
        <translation>橡皮擦半径</translation>
    </message>
    <message>
        <source>Random seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Refines the edges of all predictions; it takes longer.</source>
        <translation>细化所有预测的边缘；耗时更长。</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>圆形</translation>
    </message>
    <message>
        <source>Save after</source>
        <translation>保存延迟</translation>
    </message>
    <message>
        <source>Saving and memory</source>
        <translation>保存和内存</translation>
    </message>
    <message>
        <source>Shape of the pens</source>
        <translation>画笔形状</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>方形</translation>
    </message>
    <message>
        <source>Square pens fit pixels and straight edges.</source>
        <translation>方形画笔适合像素和直边。</translation>
    </message>
    <message>
        <source>Stylus pressure sets the size</source>
        <translation>手写笔压力决定大小</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>可用的最快设备</translation>
    </message>
    <message>
        <source>The file is kept as {name}.</source>
        <translation>该文件保留为 {name}。</translation>
    </message>
    <message>
        <source>The list of images says that you can stop when fewer pixels than this are still wrong.</source>
        <translation>当仍有误的像素少于此值时，图像列表会提示可以停止。</translation>
    </message>
    <message>
        <source>The same seed on the same data gives the same order of examples.</source>
        <translation>同样的种子和同样的数据给出同样的样本顺序。</translation>
    </message>
    <message>
        <source>Tolerance of colours</source>
        <translation>颜色容差</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Where models run; the model is loaded again when this changes.</source>
        <translation>模型在何处运行；更改后会重新加载模型。</translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason}); the defaults are used.</source>
        <translation>无法读取 {path}（{reason}）；使用默认值。</translation>
    </message>
    <message>
        <source>{path} is damaged; the defaults are used for: {names}.</source>
        <translation>{path} 已损坏；以下各项使用默认值：{names}。</translation>
    </message>
    <message>
        <source>{path} is of Maskwright {version}. This is {own}: the defaults are used for: {names}.</source>
        <translation>{path} 属于 Maskwright {version}。这是 {own}：以下设置使用默认值：{names}。</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Pages of the settings</source>
        <translation>设置的分页</translation>
    </message>
    <message>
        <source>Reset all to the default</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>Reset “{name}” to the default</source>
        <translation>将“{name}”恢复默认</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Some changes hold once Maskwright is started again.</source>
        <translation>有些更改在重新启动 Maskwright 后生效。</translation>
    </message>
</context>
<context>
    <name>ShortcutEditor</name>
    <message>
        <source>&amp;Classes</source>
        <translation>类别(&amp;C)</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>操作及其按键</translation>
    </message>
    <message>
        <source>All actions have their default keys now.</source>
        <translation>所有操作现在都恢复了默认按键。</translation>
    </message>
    <message>
        <source>Change shortcuts</source>
        <translation>更改快捷键</translation>
    </message>
    <message>
        <source>Default keys</source>
        <translation>默认按键</translation>
    </message>
    <message>
        <source>Filter the actions</source>
        <translation>筛选操作</translation>
    </message>
    <message>
        <source>Keep {keys}, too</source>
        <translation>同时保留 {keys}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation>“{name}”的按键</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>No action has such a name or such keys.</source>
        <translation>没有这样名称或按键的操作。</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>无按键</translation>
    </message>
    <message>
        <source>Reset all to the default</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>Type a name or keys to filter</source>
        <translation>输入名称或按键进行筛选</translation>
    </message>
    <message>
        <source>Use it here</source>
        <translation>改用于此</translation>
    </message>
    <message>
        <source>{keys} belongs to “{name}”. Press other keys, or take it from there.</source>
        <translation>{keys} 属于“{name}”。请按其他键，或从那里取用。</translation>
    </message>
    <message>
        <source>{keys} cannot be used: {reason}. Press other keys.</source>
        <translation>{keys} 不能使用：{reason}。请按其他键。</translation>
    </message>
    <message>
        <source>“{name}” has no keys now.</source>
        <translation>“{name}”现在没有按键。</translation>
    </message>
    <message>
        <source>“{name}” has {keys} now.</source>
        <translation>“{name}”现在的按键是 {keys}。</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Alt + click</source>
        <translation>Alt + 单击</translation>
    </message>
    <message>
        <source>Alt + wheel, Alt + right drag</source>
        <translation>Alt + 滚轮，Alt + 右键拖动</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Backspace</translation>
    </message>
    <message>
        <source>Change shortcuts…</source>
        <translation>更改快捷键…</translation>
    </message>
    <message>
        <source>Choose class 1 to 10</source>
        <translation>选择类别 1 至 10</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <source>Ctrl, or right button</source>
        <translation>Ctrl，或右键</translation>
    </message>
    <message>
        <source>Discard what is being drawn</source>
        <translation>放弃正在绘制的内容</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Erase with the tool in hand</source>
        <translation>用手中的工具擦除</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Filter the shortcuts</source>
        <translation>筛选快捷键</translation>
    </message>
    <message>
        <source>Hold Space, or middle button</source>
        <translation>按住空格键，或中键</translation>
    </message>
    <message>
        <source>Hold Tab</source>
        <translation>按住 Tab</translation>
    </message>
    <message>
        <source>Image alone</source>
        <translation>仅图像</translation>
    </message>
    <message>
        <source>Image and mouse</source>
        <translation>图像和鼠标</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Move the image</source>
        <translation>移动图像</translation>
    </message>
    <message>
        <source>No shortcut has such a name or such keys.</source>
        <translation>没有这样名称或按键的快捷键。</translation>
    </message>
    <message>
        <source>Paint a polygon</source>
        <translation>绘制多边形</translation>
    </message>
    <message>
        <source>Pick the class under the pointer</source>
        <translation>拾取指针下的类别</translation>
    </message>
    <message>
        <source>Scroll down and across</source>
        <translation>上下和左右滚动</translation>
    </message>
    <message>
        <source>Shift + click</source>
        <translation>Shift + 单击</translation>
    </message>
    <message>
        <source>Shift + drag</source>
        <translation>Shift + 拖动</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Size of the pen</source>
        <translation>画笔的大小</translation>
    </message>
    <message>
        <source>Straight line</source>
        <translation>直线</translation>
    </message>
    <message>
        <source>Straight line from where the last stroke ended</source>
        <translation>从上一笔结束处画直线</translation>
    </message>
    <message>
        <source>Take the last corner or change back</source>
        <translation>收回最后一个顶点或更改</translation>
    </message>
    <message>
        <source>Type what you look for</source>
        <translation>输入要查找的内容</translation>
    </message>
    <message>
        <source>Wheel, Shift + wheel</source>
        <translation>滚轮，Shift + 滚轮</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>在指针处缩放</translation>
    </message>
</context>
<context>
    <name>SizeLabel</name>
    <message>
        <source>Radius {radius} px, diameter {diameter} px</source>
        <translation>半径 {radius} 像素，直径 {diameter} 像素</translation>
    </message>
</context>
<context>
    <name>SmartStrokeTool</name>
    <message>
        <source>Smart stroke</source>
        <translation>智能笔画</translation>
    </message>
    <message>
        <source>Smart stroke: scribble inside a region; the edges in the image say how far it goes.</source>
        <translation>智能笔画：在区域内涂画；图像中的边缘决定它扩展到哪里。</translation>
    </message>
</context>
<context>
    <name>Stacking</name>
    <message>
        <source>Images that were not written: {n} of {all}. {first}</source>
        <translation>未写出的图像：{n}/{all}。{first}</translation>
    </message>
    <message>
        <source>Open the others</source>
        <translation>打开其余图像</translation>
    </message>
    <message>
        <source>The images in “{name}” are NIfTI files. They can be opened as TIFF stacks, written beside them.</source>
        <translation>“{name}”中的图像是 NIfTI 文件。可在其旁边写出 TIFF 堆栈后打开。</translation>
    </message>
    <message>
        <source>Write TIFF stacks</source>
        <translation>写出 TIFF 堆栈</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Cells: teach it in a minute</source>
        <translation>细胞：一分钟教会它</translation>
    </message>
    <message>
        <source>Label images with a model that learns from you</source>
        <translation>用向您学习的模型标注图像</translation>
    </message>
    <message>
        <source>No images at hand? Try a sample project:</source>
        <translation>手边没有图像？试试示例项目：</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
    <message>
        <source>Roads: predict at once</source>
        <translation>道路：立即预测</translation>
    </message>
    <message>
        <source>The model predicts labels, you correct them with a few strokes, and the model is fine-tuned on your corrections. Nothing leaves this machine.</source>
        <translation>模型预测标签，您用几笔修正，再用您的修正微调模型。任何内容都不会离开这台计算机。</translation>
    </message>
    <message>
        <source>… or drop a folder of images here</source>
        <translation>… 或将图像文件夹拖放到此处</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>已预测</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>已退回</translation>
    </message>
    <message>
        <source>Reviewed</source>
        <translation>已审核</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>无法读取</translation>
    </message>
</context>
<context>
    <name>StateStrip</name>
    <message>
        <source>Go back and forth through the states of the training</source>
        <translation>在训练的各个状态之间前后切换</translation>
    </message>
    <message>
        <source>Go on watching the open image when another one is opened; up to {most}</source>
        <translation>打开其他图像时继续关注当前图像；最多 {most} 张</translation>
    </message>
    <message>
        <source>Keep this state</source>
        <translation>保留此状态</translation>
    </message>
    <message>
        <source>Make this state a version, and compare it with the model in use</source>
        <translation>将此状态作为版本，并与使用中的模型比较</translation>
    </message>
    <message>
        <source>Pin this image</source>
        <translation>固定此图像</translation>
    </message>
    <message>
        <source>State of the training</source>
        <translation>训练的状态</translation>
    </message>
    <message>
        <source>Step {step}: mean IoU {share} % on the held-out images</source>
        <translation>第 {step} 步：留出图像上的平均 IoU 为 {share} %</translation>
    </message>
    <message>
        <source>Stop and keep this state</source>
        <translation>停止并保留此状态</translation>
    </message>
    <message>
        <source>The first pictures come with the next validation.</source>
        <translation>第一批图片会在下次验证时出现。</translation>
    </message>
    <message>
        <source>Watched images</source>
        <translation>受关注的图像</translation>
    </message>
</context>
<context>
    <name>StatisticsDialog</name>
    <message>
        <source>1 image has such pixels.</source>
        <translation>有 1 张图像含有这样的像素。</translation>
    </message>
    <message>
        <source>All labels, predicted ones too</source>
        <translation>所有标签，包括预测的</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>Area in {unit}²</source>
        <translation>面积（{unit}²）</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Count again</source>
        <translation>重新统计</translation>
    </message>
    <message>
        <source>Count pixels</source>
        <translation>统计像素</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>For areas, choose the size of a pixel at “Rulers in” in the tab View and count again.</source>
        <translation>要得到面积，请在“视图”选项卡的“标尺单位”处选择像素大小，然后重新统计。</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>One line for each image and class, with pixels, share and area</source>
        <translation>每张图像的每个类别一行，含像素数、占比和面积</translation>
    </message>
    <message>
        <source>Open a project to see how many pixels of each class it has.</source>
        <translation>打开一个项目即可查看它每个类别有多少像素。</translation>
    </message>
    <message>
        <source>Paint in an image, or mark one as done, to see numbers here.</source>
        <translation>请在图像中绘制，或将一张图像标记为完成，以便在此看到数字。</translation>
    </message>
    <message>
        <source>Painted or confirmed pixels</source>
        <translation>绘制或确认过的像素</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Pixels of each class</source>
        <translation>每个类别的像素</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>另存为 CSV</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>已保存为 {path}</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>Statistics of the labels</source>
        <translation>标签统计</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Which pixels are counted</source>
        <translation>统计哪些像素</translation>
    </message>
    <message>
        <source>{failed} could not be read and are left out.</source>
        <translation>有 {failed} 张无法读取，未计入。</translation>
    </message>
    <message>
        <source>{n} images have such pixels.</source>
        <translation>有 {n} 张图像含有这样的像素。</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the running job</source>
        <translation>取消正在运行的任务</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>Class that the model predicts under the pointer, and its probability</source>
        <translation>模型预测的指针下的类别及其概率</translation>
    </message>
    <message>
        <source>Class under the pointer, and how the pixel came to it</source>
        <translation>指针下的类别，以及该像素的来历</translation>
    </message>
    <message>
        <source>Complete</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Device that predicts</source>
        <translation>用于预测的设备</translation>
    </message>
    <message>
        <source>Every pixel is painted. If the labels are right, mark the image as done.</source>
        <translation>每个像素都已绘制。如果标签正确，请将图像标记为完成。</translation>
    </message>
    <message>
        <source>Grey value, or red, green and blue, under the pointer; while channels are shown, what the file stores</source>
        <translation>指针下的灰度值或红、绿、蓝值；显示通道时为文件中存储的值</translation>
    </message>
    <message>
        <source>Labels are saved automatically, within a second of a stroke</source>
        <translation>标签在画完一笔后一秒之内自动保存</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>Pixel under the pointer: x, y</source>
        <translation>指针下的像素：x、y</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>剩余 {n} 分钟</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>剩余 {n} 秒</translation>
    </message>
</context>
<context>
    <name>StrokeFeedback</name>
    <message>
        <source>Nothing changed: the stroke is outside the image.</source>
        <translation>没有变化：笔画在图像之外。</translation>
    </message>
    <message>
        <source>Nothing changed: these pixels are {name} already.</source>
        <translation>没有变化：这些像素已经是 {name}。</translation>
    </message>
    <message>
        <source>Nothing changed: these pixels have no label.</source>
        <translation>没有变化：这些像素没有标签。</translation>
    </message>
    <message>
        <source>Nothing changed: {name} is locked. Its lock in “Classes” opens it.</source>
        <translation>没有变化：{name} 已锁定。在“类别”中单击它的锁即可解锁。</translation>
    </message>
    <message>
        <source>Nothing changed: “Paint over” (toolbar) excludes what is painted or confirmed.</source>
        <translation>没有变化：“可覆盖”（工具栏）排除了绘制或确认过的内容。</translation>
    </message>
    <message>
        <source>Nothing changed: “Paint over” (toolbar) excludes {name}.</source>
        <translation>没有变化：“可覆盖”（工具栏）排除了 {name}。</translation>
    </message>
    <message>
        <source>This view shows no labels. Choose {action}.</source>
        <translation>此视图不显示标签。请选择{action}。</translation>
    </message>
    <message>
        <source>unlabelled pixels</source>
        <translation>未标注的像素</translation>
    </message>
    <message>
        <source>value {n}</source>
        <translation>值 {n}</translation>
    </message>
    <message>
        <source>{name} is hidden. Its eye in “Classes” shows it.</source>
        <translation>{name} 已隐藏。在“类别”中单击它的眼睛图标即可显示。</translation>
    </message>
    <message>
        <source>“Ignore”</source>
        <translation>“忽略”</translation>
    </message>
</context>
<context>
    <name>SuperpixelTool</name>
    <message>
        <source>Click a piece, or drag over many; the size of the brush is the size of the pieces.</source>
        <translation>单击一块，或拖过多块；画笔的大小就是小块的大小。</translation>
    </message>
    <message>
        <source>Superpixels</source>
        <translation>超像素</translation>
    </message>
</context>
<context>
    <name>SwipeDivider</name>
    <message>
        <source>Divider of the comparison</source>
        <translation>比较的分界线</translation>
    </message>
    <message>
        <source>Drag to see more of one side; the arrow keys move it, too</source>
        <translation>拖动可多看一侧；也可用方向键移动</translation>
    </message>
</context>
<context>
    <name>TakingOver</name>
    <message>
        <source>If you take it over, that window can no longer save and becomes read-only. What it has saved stays. What was painted there and is not saved yet stays in that window, which can save it to another folder.</source>
        <translation>如果您接管，那个窗口将无法再保存，并变为只读。它已保存的内容保留。在那里绘制而尚未保存的内容留在那个窗口中，可从那里保存到另一文件夹。</translation>
    </message>
    <message>
        <source>Read-only: another Maskwright has taken this project over ({holder}).</source>
        <translation>只读：另一个 Maskwright 已接管此项目（{holder}）。</translation>
    </message>
    <message>
        <source>Read-only: another Maskwright writes this project ({holder}).</source>
        <translation>只读：另一个 Maskwright 正在写入此项目（{holder}）。</translation>
    </message>
    <message>
        <source>Read-only: {reason}</source>
        <translation>只读：{reason}</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>接管</translation>
    </message>
    <message>
        <source>Take over the project</source>
        <translation>接管项目</translation>
    </message>
    <message>
        <source>The project is being written by {holder}.</source>
        <translation>项目正由 {holder} 写入。</translation>
    </message>
    <message>
        <source>What you painted and is not saved is kept; it can be saved to another folder.</source>
        <translation>您绘制而未保存的内容会保留；可以保存到另一文件夹。</translation>
    </message>
</context>
<context>
    <name>ToneControls</name>
    <message>
        <source>Auto-stretch</source>
        <translation>自动拉伸</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>对比度</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>伽马</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Show images as they are</source>
        <translation>按原样显示图像</translation>
    </message>
    <message>
        <source>Shows the darkest pixels of each image as black and the brightest as white</source>
        <translation>将每张图像最暗的像素显示为黑色，最亮的显示为白色</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source> px</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>On the canvas: hold Alt and the right button, and drag right for a larger pen.</source>
        <translation>在画布上：按住 Alt 和右键，向右拖动即可加大画笔。</translation>
    </message>
    <message>
        <source>Radius of the pen</source>
        <translation>画笔半径</translation>
    </message>
    <message>
        <source>Radius of the pen  (Alt + wheel)</source>
        <translation>画笔半径  (Alt + 滚轮)</translation>
    </message>
    <message>
        <source>Radius of the pen  ({keys}, Alt + wheel)</source>
        <translation>画笔半径  ({keys}，Alt + 滚轮)</translation>
    </message>
    <message>
        <source>Round brush</source>
        <translation>圆形画笔</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Square brush</source>
        <translation>方形画笔</translation>
    </message>
    <message>
        <source>Tool bar</source>
        <translation>工具栏</translation>
    </message>
    <message>
        <source>Which pixels the tools may change</source>
        <translation>工具可以更改哪些像素</translation>
    </message>
</context>
<context>
    <name>ToolPalette</name>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>TrainingForm</name>
    <message>
        <source>End the training now; its best state becomes a version</source>
        <translation>现在结束训练；其最好的状态成为版本</translation>
    </message>
    <message>
        <source>Fine-tune on my corrections</source>
        <translation>用我的修正微调</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Paint over what is wrong in the open image</source>
        <translation>在打开的图像中涂改错误之处</translation>
    </message>
    <message>
        <source>Predict the remaining images again</source>
        <translation>重新预测其余图像</translation>
    </message>
    <message>
        <source>Stop and discard</source>
        <translation>停止并放弃</translation>
    </message>
    <message>
        <source>Stop and keep the best so far</source>
        <translation>停止并保留目前最好的</translation>
    </message>
    <message>
        <source>Stop training; the model in use stays as it is</source>
        <translation>停止训练；使用中的模型保持不变</translation>
    </message>
    <message>
        <source>Take the brush</source>
        <translation>使用画笔</translation>
    </message>
    <message>
        <source>Train a new version of the model on the images that you corrected</source>
        <translation>用您修正过的图像训练模型的新版本</translation>
    </message>
    <message>
        <source>With the new version; what was painted stays</source>
        <translation>使用新版本；绘制的内容保留</translation>
    </message>
</context>
<context>
    <name>TrainingOptions</name>
    <message>
        <source> min</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>Decides which corrected images are held out, and the order of the others</source>
        <translation>决定留出哪些已修正的图像，以及其余图像的顺序</translation>
    </message>
    <message>
        <source>How long to train; the best version on the held-out images is kept</source>
        <translation>训练多久；保留在留出图像上最好的版本</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What the new version starts from</source>
        <translation>新版本的训练起点</translation>
    </message>
    <message>
        <source>the model in use</source>
        <translation>使用中的模型</translation>
    </message>
</context>
<context>
    <name>TrainingOutcome</name>
    <message>
        <source>1 image was left out: {reason}</source>
        <translation>有 1 张图像未使用：{reason}</translation>
    </message>
    <message>
        <source>Better on the held-out images: {points} points ({level} % interval {low} to {high}).</source>
        <translation>在留出图像上更好：{points} 个百分点（{level} % 区间 {low} 至 {high}）。</translation>
    </message>
    <message>
        <source>From about {needed} corrected images on there are enough.</source>
        <translation>约需 {needed} 张已修正的图像才足够。</translation>
    </message>
    <message>
        <source>Mean IoU on the held-out images. There is no earlier result to compare it with.</source>
        <translation>留出图像上的平均 IoU。没有更早的结果可以比较。</translation>
    </message>
    <message>
        <source>Mean IoU on the same held-out images: {change} points. The new version is better.</source>
        <translation>同样的留出图像上的平均 IoU：{change} 个百分点。新版本更好。</translation>
    </message>
    <message>
        <source>Mean IoU on the same held-out images: {change} points. The new version is not better.</source>
        <translation>同样的留出图像上的平均 IoU：{change} 个百分点。新版本并未更好。</translation>
    </message>
    <message>
        <source>Not used, because it is not shown to be better: {points} points ({level} % interval {low} to {high}).</source>
        <translation>未采用，因为未证实更好：{points} 个百分点（{level} % 区间 {low} 至 {high}）。</translation>
    </message>
    <message>
        <source>Not used, because it is worse: {points} points ({level} % interval {low} to {high}).</source>
        <translation>未采用，因为更差：{points} 个百分点（{level} % 区间 {low} 至 {high}）。</translation>
    </message>
    <message>
        <source>Not used: 1 held-out image is too few to judge. </source>
        <translation>未采用：1 张留出图像太少，无法判断。</translation>
    </message>
    <message>
        <source>Not used: only parts of one image are held out, too little to judge. </source>
        <translation>未采用：只留出了一张图像的部分区域，太少，无法判断。</translation>
    </message>
    <message>
        <source>Not used: {classes} became much worse on the held-out images.</source>
        <translation>未采用：{classes} 在留出图像上明显变差。</translation>
    </message>
    <message>
        <source>Not used: {count} held-out images are too few to judge. </source>
        <translation>未采用：{count} 张留出图像太少，无法判断。</translation>
    </message>
    <message>
        <source>The model in use knows none of these classes, the new version does. There are too few held-out images to say how well: look at its predictions.</source>
        <translation>当前使用的模型不认识这些类别，新版本认识。留出图像太少，无法判断效果如何：请查看它的预测。</translation>
    </message>
    <message>
        <source>{count} images were left out, the first because: {reason}</source>
        <translation>有 {count} 张图像未使用，第一张的原因：{reason}</translation>
    </message>
</context>
<context>
    <name>TrainingPanel</name>
    <message>
        <source>1 corrected image: a part of it is held out to measure. Correct more for a better result.</source>
        <translation>1 张已修正的图像：留出其一部分用于评估。修正更多图像可得到更好的结果。</translation>
    </message>
    <message>
        <source>A model learns from what you correct, and no image is corrected yet. Paint over what is wrong in at least one, or mark one as done.</source>
        <translation>模型从您的修正中学习，但尚未修正任何图像。请至少在一张图像中涂改错误之处，或将一张标记为完成。</translation>
    </message>
    <message>
        <source>A training of this project runs on {host}; its result is offered once it is there.</source>
        <translation>此项目的训练正在 {host} 上运行；结果就绪后会提供给您。</translation>
    </message>
    <message>
        <source>Correct at least one image first.</source>
        <translation>请先修正至少一张图像。</translation>
    </message>
    <message>
        <source>Counting corrected images …</source>
        <translation>正在统计已修正的图像 …</translation>
    </message>
    <message>
        <source>Open a project first.</source>
        <translation>请先打开一个项目。</translation>
    </message>
    <message>
        <source>Preparing the training…</source>
        <translation>正在准备训练…</translation>
    </message>
    <message>
        <source>The model knows none of these classes yet: paint a few images fully, with every class in them.</source>
        <translation>模型还不认识这些类别：请完整绘制几张图像，其中包含每个类别。</translation>
    </message>
    <message>
        <source>The project is open read-only.</source>
        <translation>项目以只读方式打开。</translation>
    </message>
    <message>
        <source>The training of {name} goes on in the background; its result is offered when you open it again.</source>
        <translation>{name} 的训练在后台继续；再次打开它时会提供结果。</translation>
    </message>
    <message>
        <source>There is no corrected image to train on.</source>
        <translation>没有可用于训练的已修正图像。</translation>
    </message>
    <message>
        <source>This model only predicts (ONNX, torch.export): it cannot be fine-tuned. Choose another one to train from, for example the starter.</source>
        <translation>此模型只能预测（ONNX、torch.export），不能微调。请选择另一个模型开始训练，例如 starter。</translation>
    </message>
    <message>
        <source>Training is under way already.</source>
        <translation>训练已在进行中。</translation>
    </message>
    <message>
        <source>Training was stopped; the model in use is unchanged.</source>
        <translation>训练已停止；使用中的模型不变。</translation>
    </message>
    <message>
        <source>{corrected} corrected images, {held} held out to measure.</source>
        <translation>{corrected} 张已修正的图像，留出 {held} 张用于评估。</translation>
    </message>
</context>
<context>
    <name>TrainingResultDialog</name>
    <message>
        <source>Confusion matrix</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Images left out</source>
        <translation>未使用的图像</translation>
    </message>
    <message>
        <source>Keep current</source>
        <translation>保留当前版本</translation>
    </message>
    <message>
        <source>Per class</source>
        <translation>各类别</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>Result of the fine-tuning</source>
        <translation>微调的结果</translation>
    </message>
    <message>
        <source>Rows: what it is. Columns: what the new version says. Percent of the row.</source>
        <translation>行：实际类别。列：新版本的判断。单位为该行的百分比。</translation>
    </message>
    <message>
        <source>Use it anyway</source>
        <translation>仍然使用</translation>
    </message>
    <message>
        <source>Use new version</source>
        <translation>使用新版本</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Write an HTML file with curves, tables and pictures, and open it</source>
        <translation>写出含曲线、表格和图片的 HTML 文件并打开</translation>
    </message>
</context>
<context>
    <name>TrainingRun</name>
    <message>
        <source>Check that {program} can be run and that {folder} can be written.</source>
        <translation>请检查 {program} 能否运行，以及 {folder} 能否写入。</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller base model, and try again.</source>
        <translation>请关闭其他程序，或选择较小的基础模型，然后重试。</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Its last lines:</source>
        <translation>其最后几行：</translation>
    </message>
    <message>
        <source>The training process cannot start: {reason}.</source>
        <translation>训练进程无法启动：{reason}。</translation>
    </message>
    <message>
        <source>The training process stopped without a result (code {code}).</source>
        <translation>训练进程停止而没有结果（代码 {code}）。</translation>
    </message>
    <message>
        <source>The training that went on in the background ended without a result.</source>
        <translation>在后台继续的训练结束而没有结果。</translation>
    </message>
    <message>
        <source>Training ran out of memory and was stopped.</source>
        <translation>训练因内存不足而停止。</translation>
    </message>
    <message>
        <source>Your corrections and the model in use are unchanged; train again.</source>
        <translation>您的修正和使用中的模型不变；请重新训练。</translation>
    </message>
    <message>
        <source>Your corrections and the model in use are unchanged; try again.</source>
        <translation>您的修正和使用中的模型不变；请重试。</translation>
    </message>
</context>
<context>
    <name>TuningWidget</name>
    <message>
        <source>Also predict done images, to compare with your labels. Labels do not change</source>
        <translation>也预测已完成的图像，以便与您的标签比较。标签不变</translation>
    </message>
    <message>
        <source>Better CRF values were found and are now in use.</source>
        <translation>找到了更好的 CRF 值，现已使用。</translation>
    </message>
    <message>
        <source>Find the values that make the CRF agree best with the pixels you painted or marked as done</source>
        <translation>找出使 CRF 与您绘制或标记为完成的像素最吻合的值</translation>
    </message>
    <message>
        <source>No gain after {tried} tries. Mean IoU on held-out images: {before}.</source>
        <translation>尝试 {tried} 次后没有改进。留出图像上的平均 IoU：{before}。</translation>
    </message>
    <message>
        <source>Open a project first.</source>
        <translation>请先打开一个项目。</translation>
    </message>
    <message>
        <source>Predict all images</source>
        <translation>预测所有图像</translation>
    </message>
    <message>
        <source>The corrected images have no prediction. Predict them first.</source>
        <translation>已修正的图像没有预测。请先预测它们。</translation>
    </message>
    <message>
        <source>The project is open read-only.</source>
        <translation>项目以只读方式打开。</translation>
    </message>
    <message>
        <source>To tune the CRF, first correct an image or mark it as done.</source>
        <translation>要调优 CRF，请先修正一张图像或将其标记为完成。</translation>
    </message>
    <message>
        <source>Tune on my corrections</source>
        <translation>用我的修正调优</translation>
    </message>
    <message>
        <source>Tune the CRF</source>
        <translation>调优 CRF</translation>
    </message>
    <message>
        <source>Tuning stopped. Your values stay.</source>
        <translation>调优已停止。您的值保留。</translation>
    </message>
</context>
<context>
    <name>UndoNotice</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>UnfinishedTraining</name>
    <message>
        <source>A training is running.</source>
        <translation>训练正在运行。</translation>
    </message>
    <message>
        <source>A training is running; {left} left.</source>
        <translation>训练正在运行；剩余 {left}。</translation>
    </message>
    <message>
        <source>Close Maskwright</source>
        <translation>关闭 Maskwright</translation>
    </message>
    <message>
        <source>Finish in the background</source>
        <translation>在后台完成</translation>
    </message>
    <message>
        <source>In the background it goes on without the window, and its result is offered when you open this project again. Stopped, it leaves nothing: your labels and the model in use stay as they are.</source>
        <translation>在后台，训练无需窗口即可继续，再次打开此项目时会提供结果。若停止，则不留下任何内容：您的标签和使用中的模型保持不变。</translation>
    </message>
    <message>
        <source>Stop training</source>
        <translation>停止训练</translation>
    </message>
</context>
<context>
    <name>Unpacking</name>
    <message>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>Folder of images</source>
        <translation>图像文件夹</translation>
    </message>
    <message>
        <source>Folder of images…</source>
        <translation>图像文件夹…</translation>
    </message>
    <message>
        <source>Look for images</source>
        <translation>查找图像</translation>
    </message>
    <message>
        <source>Open a packed project</source>
        <translation>打开打包的项目</translation>
    </message>
    <message>
        <source>Packed project (*.zip)</source>
        <translation>打包的项目 (*.zip)</translation>
    </message>
    <message>
        <source>Unpack</source>
        <translation>解压</translation>
    </message>
    <message>
        <source>Unpack into a new folder in</source>
        <translation>解压到以下位置的新文件夹</translation>
    </message>
    <message>
        <source>Unpack {name}</source>
        <translation>解压 {name}</translation>
    </message>
    <message>
        <source>{n} of {all} images of this project are missing. Copy them into {folder}, or say where they are.</source>
        <translation>此项目的 {all} 张图像中缺少 {n} 张。请将其复制到 {folder}，或指出其位置。</translation>
    </message>
    <message>
        <source>“{name}” holds images and their labels. It can be unpacked into {folder}.</source>
        <translation>“{name}” 含有图像及其标签。可以解压到 {folder}。</translation>
    </message>
    <message>
        <source>“{name}” is a packed project. It can be unpacked into {folder}.</source>
        <translation>“{name}”是打包的项目。可将其解压到 {folder}。</translation>
    </message>
</context>
<context>
    <name>UnsavedDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close and discard them</source>
        <translation>关闭并放弃它们</translation>
    </message>
    <message>
        <source>Labels are not saved</source>
        <translation>标签未保存</translation>
    </message>
    <message>
        <source>Save to another folder…</source>
        <translation>保存到另一文件夹…</translation>
    </message>
    <message>
        <source>The labels of one image are not saved.</source>
        <translation>有一张图像的标签未保存。</translation>
    </message>
    <message>
        <source>The labels of {n} images are not saved.</source>
        <translation>有 {n} 张图像的标签未保存。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>ValueChooser</name>
    <message>
        <source>Class for {value}</source>
        <translation>{value} 的类别</translation>
    </message>
    <message>
        <source>New class “{name}”</source>
        <translation>新类别“{name}”</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>无标签</translation>
    </message>
</context>
<context>
    <name>VersionReport</name>
    <message>
        <source>Open a project first.</source>
        <translation>请先打开一个项目。</translation>
    </message>
    <message>
        <source>Report of {name}</source>
        <translation>{name} 的报告</translation>
    </message>
    <message>
        <source>The report is being written; it opens in your browser when it is there.</source>
        <translation>正在写报告；就绪后会在浏览器中打开。</translation>
    </message>
    <message>
        <source>The report is {path}.</source>
        <translation>报告为 {path}。</translation>
    </message>
    <message>
        <source>The report is {path}; open it in a browser.</source>
        <translation>报告为 {path}；请在浏览器中打开。</translation>
    </message>
</context>
<context>
    <name>Versioning</name>
    <message>
        <source>As it was opened</source>
        <translation>打开时的状态</translation>
    </message>
    <message>
        <source>Before “{name}”</source>
        <translation>“{name}”之前</translation>
    </message>
</context>
<context>
    <name>VersionsDialog</name>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Mean IoU, %</source>
        <translation>平均 IoU，%</translation>
    </message>
    <message>
        <source>The verdict compares a version with the model that was in use when it was trained, on the same images.</source>
        <translation>判定将版本与训练它时使用中的模型在同样的图像上比较。</translation>
    </message>
    <message>
        <source>Trained from</source>
        <translation>训练起点</translation>
    </message>
    <message>
        <source>Use this version</source>
        <translation>使用此版本</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Versions of the model</source>
        <translation>模型的版本</translation>
    </message>
    <message>
        <source>better</source>
        <translation>更好</translation>
    </message>
    <message>
        <source>not shown</source>
        <translation>未证实</translation>
    </message>
    <message>
        <source>too few images</source>
        <translation>图像太少</translation>
    </message>
</context>
<context>
    <name>ViewPanel</name>
    <message>
        <source>Active class</source>
        <translation>当前类别</translation>
    </message>
    <message>
        <source>Class of the heatmap</source>
        <translation>热图的类别</translation>
    </message>
    <message>
        <source>Heatmap of</source>
        <translation>热图类别</translation>
    </message>
    <message>
        <source>Heatmap, uncertainty and changes need a prediction of this image. To make one, choose {action}.</source>
        <translation>热图、不确定性和差异需要此图像的预测。要预测，请选择{action}。</translation>
    </message>
</context>
<context>
    <name>WandTool</name>
    <message>
        <source>Click a region. Drag right for more of it, left for less.</source>
        <translation>单击一个区域。向右拖扩大，向左拖缩小。</translation>
    </message>
    <message>
        <source>Magic wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <source>Tolerance {levels} of 255</source>
        <translation>容差 {levels}（最大 255）</translation>
    </message>
</context>
<context>
    <name>WindowLevelTool</name>
    <message>
        <source>Drag right for less contrast, up for more brightness. A double click resets.</source>
        <translation>向右拖动降低对比度，向上拖动更亮。双击可重置。</translation>
    </message>
</context>
</TS>
